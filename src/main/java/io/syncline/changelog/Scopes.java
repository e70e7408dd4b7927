package io.syncline.changelog;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Some of the scopes of a collection: those named, or all but those named. What has no scope is among the latter only. Immutable.
 */
record Scopes(boolean allBut, Set<String> named) {

    static final Scopes ALL = new Scopes(true, Set.of());
    static final Scopes NONE = new Scopes(false, Set.of());

    static Scopes of(Set<String> named) {
        return named.isEmpty() ? NONE : new Scopes(false, Set.copyOf(named));
    }

    boolean isAll() {
        return allBut && named.isEmpty();
    }

    boolean isNone() {
        return !allBut && named.isEmpty();
    }

    /** @param scope null for none */
    boolean contains(String scope) {
        return allBut == (scope == null || !named.contains(scope));
    }

    Scopes or(Scopes other) {
        return not().and(other.not()).not();
    }

    Scopes minus(Scopes other) {
        return and(other.not());
    }

    Scopes and(Scopes other) {
        if (isAll() || other.isNone()) {
            return other;
        }
        if (other.isAll() || isNone()) {
            return this;
        }
        Set<String> result = new HashSet<>(named);
        if (allBut && other.allBut) {
            result.addAll(other.named);
            return new Scopes(true, Set.copyOf(result));
        }
        if (allBut) {
            return other.and(this);
        }
        result.removeIf(scope -> !other.contains(scope));
        return of(result);
    }

    /** The scopes that are in one of both and not in the other; empty where these are not a few that have names. */
    Optional<Set<String>> namedOtherwise(Scopes other) {
        if (allBut != other.allBut) {
            return Optional.empty();
        }
        Set<String> otherwise = new HashSet<>(named);
        otherwise.addAll(other.named);
        otherwise.removeIf(scope -> named.contains(scope) && other.named.contains(scope));
        return Optional.of(otherwise);
    }

    private Scopes not() {
        return new Scopes(!allBut, named);
    }
}
