package io.syncline.access;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Retention;
import io.syncline.changelog.View;
import io.syncline.http.RequestHead;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens, principals and grants: who a request comes from and what its principal sees.
 *
 * <p>Everything is answered from memory, so that a request costs no table. A change made here holds when its method returns; a change made
 * by another node on the same PostgreSQL is seen within {@value #REFRESH_SECONDS} seconds or so. Safe for use by many threads.
 */
public final class Access implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    private static final int REFRESH_SECONDS = 1;

    private final AccessStore store;
    private final Clock clock;
    private final Optional<ScheduledExecutorService> refresher;
    private final Quota requests;
    private final Strangers strangers;

    /** Replaced whole; written under this object's lock. */
    private volatile AccessState state;

    private boolean refreshFailed;

    private Access(AccessStore store, Clock clock, AccessState state, boolean shared, AccessLimits limits) {
        this.store = store;
        this.clock = clock;
        this.state = state;
        this.requests = new Quota(limits.requestsPerSecond(), Duration.ofSeconds(1), clock);
        this.strangers = new Strangers(limits.failuresPerMinute(), clock);
        this.refresher = shared
                ? Optional.of(Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "access-refresh");
                    thread.setDaemon(true);
                    return thread;
                }))
                : Optional.empty();
    }

    /**
     * Opens what the database holds.
     *
     * @param changelog gives each grant its number in the sequence, and is told what views have become
     * @param builtIn tokens that come from the settings and are not stored, such as {@link AdminToken}'s
     */
    public static Access open(Changelog changelog, Database database, Clock clock, List<BuiltInToken> builtIn) {
        return open(changelog, database, clock, builtIn, AccessLimits.usual());
    }

    /** The same, with limits of one's own. */
    public static Access open(
            Changelog changelog, Database database, Clock clock, List<BuiltInToken> builtIn, AccessLimits limits) {
        AccessStore store = new AccessStore(changelog, database.jdbi());
        AccessState state = AccessState.of(builtIn, store.load());
        Access access = new Access(store, clock, state, database.dialect() == Database.Dialect.POSTGRESQL, limits);
        changelog.onStaleView(access::fresh);
        access.refresher.ifPresent(executor -> {
            var unused = executor.scheduleWithFixedDelay(
                    access::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
        });
        return access;
    }

    /** Who a token stands for; empty for an unknown or revoked one. Compares hashes in constant time and touches no table. */
    public Optional<Caller> caller(String token) {
        return state.caller(token);
    }

    /**
     * Who a request comes from, if its token may do what the request asks for, and may ask for more just now.
     *
     * @param anyOf the token needs one of these scopes; none means that any valid token will do
     * @throws AccessDenied if there is no good token, if it has none of the scopes, or if there were too many requests
     */
    public Caller admit(RequestHead request, TokenScope... anyOf) {
        Caller caller = recognise(request);
        OptionalLong wait = requests.secondsToWait(requests.use(caller.tokenId()));
        if (wait.isPresent()) {
            throw AccessDenied.tooMany("The token has used up its requests of this second.", wait);
        }
        if (anyOf.length > 0 && Arrays.stream(anyOf).noneMatch(caller.scopes()::contains)) {
            throw AccessDenied.lacking(List.of(anyOf));
        }
        return caller;
    }

    /**
     * Who a request comes from, whatever it may do.
     *
     * @throws AccessDenied if there is no good token
     */
    public Caller recognise(RequestHead request) {
        try {
            return caller(Bearer.token(request.headers("Authorization"))).orElseThrow(AccessDenied::unknownToken);
        } catch (AccessDenied refusal) {
            throw strangers.answer(request, refusal);
        }
    }

    /** Makes a token. What it returns is the only place where the token itself can be read. */
    public IssuedToken issue(String principal, Set<TokenScope> scopes) {
        return issue(Optional.empty(), principal, scopes);
    }

    synchronized IssuedToken issue(Optional<Caller> by, String principal, Set<TokenScope> scopes) {
        String secret = TokenText.random();
        Token token = new Token(UUID.randomUUID().toString(), principal, Set.copyOf(scopes), Optional.of(now()));
        StoredToken stored = new StoredToken(token, TokenHash.of(secret));
        long version = store.add(stored, new Actor(by, token.createdAt().orElseThrow()));
        state = state.with(stored, version);
        return new IssuedToken(token, secret);
    }

    /** All tokens, the oldest first, those from the settings before them. */
    public List<Token> tokens() {
        return state.tokens();
    }

    /**
     * Revokes a token. It is refused from the moment that this returns.
     *
     * @return whether there was such a token
     * @throws ConflictException if the token comes from the settings, where alone it can be taken away
     */
    public boolean revokeToken(String tokenId) {
        return revokeToken(Optional.empty(), tokenId);
    }

    synchronized boolean revokeToken(Optional<Caller> by, String tokenId) {
        if (state.isBuiltIn(tokenId)) {
            throw new ConflictException(
                    "The token '" + tokenId + "' comes from the settings and cannot be revoked here.");
        }
        Optional<Long> version = state.stored(tokenId).flatMap(token -> store.remove(token, new Actor(by, now())));
        version.ifPresent(changed -> state = state.withoutToken(tokenId, changed));
        return version.isPresent();
    }

    /** Lets a principal see an integration as a whole. */
    public Grant grant(String principal, String integrationId) {
        return grant(Optional.empty(), principal, Grant.Extent.whole(integrationId));
    }

    /**
     * Lets a principal see something. Who reads a feed of the principal is told of it from the grant's number on.
     *
     * @param by who asks for it, for the audit log
     * @throws ConflictException if the principal has been granted just that
     */
    public synchronized Grant grant(Optional<Caller> by, String principal, Grant.Extent extent) {
        AccessStore.GrantChange change = store.grant(principal, extent, new Actor(by, now()));
        state = state.with(change.grant(), change.version());
        return change.grant();
    }

    /** The grants of a principal, or of all principals, the oldest first. */
    public List<Grant> grants(Optional<String> principal) {
        return state.grants(principal)
                .filter(Grant::holds)
                .sorted(Comparator.comparing(Grant::createdAt).thenComparing(Grant::id))
                .toList();
    }

    /**
     * Takes a grant back.
     *
     * @return whether there was such a grant
     */
    public boolean revokeGrant(String grantId) {
        return revokeGrant(Optional.empty(), grantId);
    }

    synchronized boolean revokeGrant(Optional<Caller> by, String grantId) {
        Optional<AccessStore.GrantChange> change = store.revoke(grantId, new Actor(by, now()));
        change.ifPresent(revoked -> state = state.withRevoked(revoked.grant(), revoked.version()));
        return change.isPresent();
    }

    /**
     * Forgets grants that were taken back so long ago that no cursor and no device needs them: what saw something because of them is expired
     * from then on. The audit log keeps them.
     *
     * @param retention a grant is kept as long as a tombstone after it was taken back, and until compaction has come there
     */
    public void forgetRevoked(Retention retention) {
        if (store.forgetRevoked(now().minus(retention.tombstones()))) {
            refresh();
        }
    }

    /** Changes of tokens and grants, the newest first. */
    List<Audit.Entry> audit(Optional<String> principal, long before, int limit) {
        return store.audit(principal, before, limit);
    }

    /** Whether a principal has a token from the settings, and so sees everything. */
    boolean isBuiltIn(String principal) {
        return state.hasBuiltIn(principal);
    }

    private View fresh(View view) {
        refresh();
        return state.find(view.principal()).orElse(view);
    }

    /** Takes over what other nodes changed. While the database does not answer, what is in memory goes on holding. */
    void refresh() {
        try {
            if (store.version() != state.version()) {
                synchronized (this) {
                    state = state.replacedBy(store.load());
                }
            }
            refreshFailed = false;
        } catch (RuntimeException e) {
            if (!refreshFailed) {
                LOG.warn("Tokens and grants changed on other nodes are not seen for now: {}", e.getMessage());
            }
            refreshFailed = true;
        }
    }

    /** As precise as it is stored. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        refresher.ifPresent(ScheduledExecutorService::shutdownNow);
    }
}
