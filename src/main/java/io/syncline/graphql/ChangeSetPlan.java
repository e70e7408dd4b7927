package io.syncline.graphql;

import io.syncline.changelog.FeedPage;
import java.util.List;
import java.util.Optional;

/** Writes the selected fields of a change set. Immutable. */
final class ChangeSetPlan {

    /** What is written for one response key. */
    enum Field {
        TYPE_NAME,
        CHANGES,
        CURSOR,
        HAS_MORE,
        MAX_SEQUENCE
    }

    /**
     * One response key.
     *
     * @param changes what is selected on the changes; empty for any other field
     */
    record Selected(String responseKey, Field field, Optional<ChangePlan> changes) {}

    private final ServedType type;
    private final List<Selected> selection;
    private final boolean tellsMaxSequence;

    ChangeSetPlan(ServedType type, List<Selected> selection) {
        this.type = type;
        this.selection = List.copyOf(selection);
        this.tellsMaxSequence = selection.stream().anyMatch(selected -> selected.field() == Field.MAX_SEQUENCE);
    }

    boolean tellsMaxSequence() {
        return tellsMaxSequence;
    }

    /**
     * Writes the page.
     *
     * @param headBefore where the feed stood before the page was read; of no meaning unless {@link #tellsMaxSequence()}
     * @return false if the library has to say what becomes of it; then what was written is of no use
     */
    boolean write(FeedPage page, long headBefore, ByteOutput out) {
        char before = '{';
        for (Selected selected : selection) {
            out.write(before);
            before = ',';
            out.write('"');
            out.ascii(selected.responseKey());
            out.ascii("\":");
            switch (selected.field()) {
                case TYPE_NAME -> out.string(type.changeSetName());
                case CURSOR -> out.string(page.cursor());
                case HAS_MORE -> out.ascii(page.hasMore() ? "true" : "false");
                case MAX_SEQUENCE -> out.bigInt(FeedResult.maxSequence(page, headBefore));
                case CHANGES -> {
                    if (!selected.changes().orElseThrow().write(page.changes(), out)) {
                        return false;
                    }
                }
            }
        }
        out.write('}');
        return true;
    }
}
