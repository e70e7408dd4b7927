package io.syncline.access;

import io.syncline.changelog.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All tokens and grants as of one version, indexed for what a request asks. Immutable; a change makes a new one, and of the views only that of
 * its principal.
 */
final class AccessState {

    /** What the database holds. */
    record Stored(
            long version, Collection<StoredToken> tokens, Collection<Grant> grants, Map<String, Long> forgottenTo) {}

    private static final View.Part EVERYTHING =
            new View.Part(View.EVERY_INTEGRATION, Set.of(), Optional.empty(), 0, View.STILL);

    /** What a principal was granted, with what was taken back and is not forgotten yet, and the view that comes of it. */
    private record Sight(List<Grant> grants, View view) {}

    private final List<BuiltInToken> builtIn;
    private final long version;
    private final Map<String, StoredToken> tokens;
    private final Map<Integer, List<StoredToken>> byHash;
    private final Map<String, Sight> sights;

    private AccessState(
            List<BuiltInToken> builtIn,
            long version,
            Map<String, StoredToken> tokens,
            Map<Integer, List<StoredToken>> byHash,
            Map<String, Sight> sights) {
        this.builtIn = builtIn;
        this.version = version;
        this.tokens = tokens;
        this.byHash = byHash;
        this.sights = sights;
    }

    static AccessState of(List<BuiltInToken> builtIn, Stored stored) {
        return of(List.copyOf(builtIn), stored, Map.of());
    }

    private static AccessState of(List<BuiltInToken> builtIn, Stored stored, Map<String, Sight> before) {
        Map<String, StoredToken> tokens = new HashMap<>();
        stored.tokens().forEach(token -> tokens.put(token.token().id(), token));
        Map<Integer, List<StoredToken>> byHash = Stream.concat(
                        builtIn.stream().map(BuiltInToken::stored), stored.tokens().stream())
                .collect(Collectors.groupingBy(token -> token.hash().bucket()));
        Map<String, List<Grant>> grants = stored.grants().stream()
                .collect(Collectors.groupingBy(Grant::principal, HashMap::new, Collectors.toList()));
        byHash.values()
                .forEach(alike -> alike.forEach(
                        token -> grants.computeIfAbsent(token.token().principal(), principal -> List.of())));
        stored.forgottenTo().keySet().forEach(principal -> grants.putIfAbsent(principal, List.of()));
        Map<String, Sight> sights = new HashMap<>();
        grants.forEach((principal, own) -> {
            long forgottenTo = stored.forgottenTo().getOrDefault(principal, 0L);
            sights.put(
                    principal, sight(builtIn, principal, own, forgottenTo, Optional.ofNullable(before.get(principal))));
        });
        return new AccessState(builtIn, stored.version(), tokens, byHash, sights);
    }

    /** A view that stays equal stays the same instance: others keep things by it. */
    private static Sight sight(
            List<BuiltInToken> builtIn,
            String principal,
            List<Grant> grants,
            long forgottenTo,
            Optional<Sight> before) {
        List<Grant> ordered = grants.stream()
                .sorted(Comparator.comparing(Grant::grantedSeq).thenComparing(Grant::id))
                .toList();
        List<View.Part> parts = new ArrayList<>();
        if (hasBuiltIn(builtIn, principal)) {
            parts.add(EVERYTHING);
        }
        ordered.forEach(grant -> parts.add(grant.part()));
        View view = new View(principal, parts, forgottenTo);
        return new Sight(ordered, before.map(Sight::view).filter(view::equals).orElse(view));
    }

    long version() {
        return version;
    }

    Optional<Caller> caller(String token) {
        if (token.length() != TokenText.LENGTH) {
            return Optional.empty();
        }
        TokenHash hash = TokenHash.of(token);
        return byHash.getOrDefault(hash.bucket(), List.of()).stream()
                .filter(known -> known.hash().matches(hash))
                .map(known -> caller(known.token()))
                .findFirst();
    }

    private Caller caller(Token token) {
        return new Caller(
                token.id(),
                token.scopes(),
                Objects.requireNonNull(sights.get(token.principal())).view());
    }

    /** What a principal sees that has a token or was ever granted something. */
    Optional<View> find(String principal) {
        return Optional.ofNullable(sights.get(principal)).map(Sight::view);
    }

    List<Token> tokens() {
        return Stream.concat(
                        builtIn.stream().map(token -> token.stored().token()),
                        tokens.values().stream()
                                .map(StoredToken::token)
                                .sorted(Comparator.comparing((Token token) ->
                                                token.createdAt().orElse(Instant.EPOCH))
                                        .thenComparing(Token::id)))
                .toList();
    }

    /** A token that is no built-in one. */
    Optional<Token> stored(String tokenId) {
        return Optional.ofNullable(tokens.get(tokenId)).map(StoredToken::token);
    }

    boolean isBuiltIn(String tokenId) {
        return builtIn.stream().anyMatch(token -> token.stored().token().id().equals(tokenId));
    }

    boolean hasBuiltIn(String principal) {
        return hasBuiltIn(builtIn, principal);
    }

    private static boolean hasBuiltIn(List<BuiltInToken> builtIn, String principal) {
        return builtIn.stream()
                .anyMatch(token -> token.stored().token().principal().equals(principal));
    }

    /** Of one principal or of all, those that were taken back among them. */
    Stream<Grant> grants(Optional<String> principal) {
        Stream<Sight> asked = principal
                .map(name -> Optional.ofNullable(sights.get(name)).stream())
                .orElseGet(() -> sights.values().stream());
        return asked.flatMap(sight -> sight.grants().stream());
    }

    AccessState replacedBy(Stored newer) {
        return of(builtIn, newer, sights);
    }

    AccessState with(StoredToken token, long changed) {
        Map<String, StoredToken> more = new HashMap<>(tokens);
        more.put(token.token().id(), token);
        return new AccessState(
                builtIn,
                known(changed),
                more,
                hashed(token, alike -> Stream.concat(alike, Stream.of(token))),
                changed(token.token().principal(), UnaryOperator.identity()));
    }

    AccessState withoutToken(String tokenId, long changed) {
        Map<String, StoredToken> fewer = new HashMap<>(tokens);
        StoredToken gone = fewer.remove(tokenId);
        return gone == null
                ? new AccessState(builtIn, known(changed), tokens, byHash, sights)
                : new AccessState(
                        builtIn,
                        known(changed),
                        fewer,
                        hashed(gone, alike -> alike.filter(one -> !one.equals(gone))),
                        sights);
    }

    private Map<Integer, List<StoredToken>> hashed(StoredToken token, UnaryOperator<Stream<StoredToken>> change) {
        int bucket = token.hash().bucket();
        Map<Integer, List<StoredToken>> hashed = new HashMap<>(byHash);
        hashed.put(
                bucket,
                change.apply(byHash.getOrDefault(bucket, List.of()).stream()).toList());
        return hashed;
    }

    AccessState with(Grant grant, long changed) {
        return granted(grant, changed, own -> Stream.concat(own, Stream.of(grant)));
    }

    AccessState withRevoked(Grant grant, long changed) {
        return granted(grant, changed, own -> own.map(one -> one.id().equals(grant.id()) ? grant : one));
    }

    private AccessState granted(Grant grant, long changed, UnaryOperator<Stream<Grant>> change) {
        return new AccessState(builtIn, known(changed), tokens, byHash, changed(grant.principal(), change));
    }

    private Map<String, Sight> changed(String principal, UnaryOperator<Stream<Grant>> change) {
        Optional<Sight> before = Optional.ofNullable(sights.get(principal));
        Stream<Grant> own = before.stream().flatMap(sight -> sight.grants().stream());
        long forgottenTo = before.map(sight -> sight.view().forgottenTo()).orElse(0L);
        Map<String, Sight> changed = new HashMap<>(sights);
        changed.put(principal, sight(builtIn, principal, change.apply(own).toList(), forgottenTo, before));
        return changed;
    }

    /** Where another node's change lies between, the version stays behind, so that the next refresh reads everything. */
    private long known(long changed) {
        return changed == version + 1 ? changed : version;
    }
}
