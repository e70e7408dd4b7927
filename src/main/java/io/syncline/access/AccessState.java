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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All tokens and grants as of one version, indexed for what a request asks. Immutable; a change makes a new one. */
final class AccessState {

    /** What the database holds. */
    record Stored(long version, Collection<StoredToken> tokens, Collection<Grant> grants) {}

    private static final View.Part EVERYTHING =
            new View.Part(View.EVERY_INTEGRATION, Set.of(), Optional.empty(), 0, View.STILL);

    private record Known(TokenHash hash, Caller caller) {}

    private final List<BuiltInToken> builtIn;
    private final Stored stored;
    private final Map<String, View> views;
    private final Map<Integer, List<Known>> tokens;

    private AccessState(List<BuiltInToken> builtIn, Stored stored, Map<String, View> before) {
        this.builtIn = builtIn;
        this.stored = stored;
        this.views = views(builtIn, stored, before);
        this.tokens = all(builtIn, stored)
                .map(token -> new Known(token.hash(), caller(token.token())))
                .collect(Collectors.groupingBy(known -> known.hash().bucket()));
    }

    static AccessState of(List<BuiltInToken> builtIn, Stored stored) {
        return new AccessState(List.copyOf(builtIn), stored, Map.of());
    }

    long version() {
        return stored.version();
    }

    Optional<Caller> caller(String token) {
        if (token.length() != TokenText.LENGTH) {
            return Optional.empty();
        }
        TokenHash hash = TokenHash.of(token);
        return tokens.getOrDefault(hash.bucket(), List.of()).stream()
                .filter(known -> known.hash().matches(hash))
                .map(Known::caller)
                .findFirst();
    }

    /** What a principal sees that has a token, or none any more. */
    Optional<View> find(String principal) {
        return Optional.ofNullable(views.get(principal));
    }

    /** What the principal of a token sees. */
    private View view(String principal) {
        return Objects.requireNonNull(views.get(principal));
    }

    List<Token> tokens() {
        return Stream.concat(
                        builtIn.stream().map(token -> token.stored().token()),
                        stored.tokens().stream()
                                .map(StoredToken::token)
                                .sorted(Comparator.comparing((Token token) ->
                                                token.createdAt().orElse(Instant.EPOCH))
                                        .thenComparing(Token::id)))
                .toList();
    }

    boolean isBuiltIn(String tokenId) {
        return builtIn.stream().anyMatch(token -> token.stored().token().id().equals(tokenId));
    }

    boolean hasBuiltIn(String principal) {
        return builtIn.stream()
                .anyMatch(token -> token.stored().token().principal().equals(principal));
    }

    /** Those that were taken back among them. */
    Collection<Grant> grants() {
        return stored.grants();
    }

    AccessState replacedBy(Stored newer) {
        return new AccessState(builtIn, newer, views);
    }

    AccessState with(StoredToken token, long version) {
        return changed(
                version,
                Stream.concat(stored.tokens().stream(), Stream.of(token)).toList(),
                stored.grants());
    }

    AccessState withoutToken(String tokenId, long version) {
        return changed(
                version,
                stored.tokens().stream()
                        .filter(token -> !token.token().id().equals(tokenId))
                        .toList(),
                stored.grants());
    }

    AccessState with(Grant grant, long version) {
        return changed(
                version,
                stored.tokens(),
                Stream.concat(stored.grants().stream(), Stream.of(grant)).toList());
    }

    AccessState withRevoked(Grant grant, long version) {
        return changed(
                version,
                stored.tokens(),
                stored.grants().stream()
                        .map(one -> one.id().equals(grant.id()) ? grant : one)
                        .toList());
    }

    /** Where another node's change lies between, the version stays behind, so that the next refresh reads everything. */
    private AccessState changed(long version, Collection<StoredToken> tokens, Collection<Grant> grants) {
        long known = version == stored.version() + 1 ? version : stored.version();
        return replacedBy(new Stored(known, tokens, grants));
    }

    private Caller caller(Token token) {
        return new Caller(token.id(), token.scopes(), view(token.principal()));
    }

    /** Of every principal that has a token. A view that stays equal stays the same instance: others keep things by it. */
    private static Map<String, View> views(List<BuiltInToken> builtIn, Stored stored, Map<String, View> before) {
        Map<String, List<View.Part>> parts = new HashMap<>();
        all(builtIn, stored)
                .forEach(token -> parts.computeIfAbsent(token.token().principal(), principal -> new ArrayList<>()));
        for (BuiltInToken token : builtIn) {
            parts.get(token.stored().token().principal()).add(EVERYTHING);
        }
        stored.grants().stream()
                .filter(grant -> parts.containsKey(grant.principal()))
                .sorted(Comparator.comparing(Grant::grantedSeq).thenComparing(Grant::id))
                .forEach(grant -> parts.get(grant.principal()).add(grant.part()));
        Map<String, View> views = new HashMap<>();
        parts.forEach((principal, seen) -> {
            View view = new View(principal, seen);
            View same = before.get(principal);
            views.put(principal, view.equals(same) ? same : view);
        });
        return views;
    }

    private static Stream<StoredToken> all(List<BuiltInToken> builtIn, Stored stored) {
        return Stream.concat(builtIn.stream().map(BuiltInToken::stored), stored.tokens().stream());
    }
}
