package io.syncline.changelog;

import java.util.Optional;

/** What a change is to one who sees only some scopes. */
final class Sight {

    private Sight() {}

    /**
     * What comes into sight is created, what goes out of it is deleted.
     *
     * @param scope of the entity after the change, null for none
     * @param previousScope of the entity before the change, null for none
     * @param before what was in sight before the change
     * @param now what is in sight after it
     * @return empty if the change is nothing to tell of
     */
    static Optional<Operation> told(
            Operation operation, String scope, String previousScope, Scopes before, Scopes now) {
        // Compaction calls the first change that is left a creation, but keeps what the scope was before it.
        boolean existed = operation != Operation.CREATED || previousScope != null;
        boolean had = existed && before.contains(previousScope);
        if (operation != Operation.DELETED && now.contains(scope)) {
            return Optional.of(operation == Operation.UPDATED && had ? Operation.UPDATED : Operation.CREATED);
        }
        return had ? Optional.of(Operation.DELETED) : Optional.empty();
    }
}
