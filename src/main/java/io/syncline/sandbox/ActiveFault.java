package io.syncline.sandbox;

import io.syncline.sandbox.Fault.Budget;
import io.syncline.sandbox.Fault.Kind;
import io.syncline.sandbox.upstream.Distortion;

/** A fault in force, with what is left of it. Thread-safe. */
final class ActiveFault {
    private static final int ENDLESS = Integer.MAX_VALUE;

    private final Fault fault;
    private int requestsLeft;
    private int duplicatesLeft;
    private int poisonLeft;
    private boolean ended;

    ActiveFault(Fault fault) {
        this.fault = fault;
        this.requestsLeft = fault.breaksAnswers() ? fault.count().orElse(ENDLESS) : ENDLESS;
        this.duplicatesLeft = budget(fault.duplicatePages());
        this.poisonLeft = budget(fault.poison());
    }

    private int budget(Budget budget) {
        return switch (budget.kind()) {
            case NEVER -> 0;
            case ONCE_A_PAGE -> fault.breaksAnswers() ? ENDLESS : fault.count().orElse(ENDLESS);
            case COUNTED -> budget.count();
        };
    }

    Fault fault() {
        return fault;
    }

    /** Takes one request from what is left; false when nothing is. */
    synchronized boolean begin() {
        if (ended || requestsLeft == 0) {
            return false;
        }
        if (requestsLeft != ENDLESS) {
            requestsLeft--;
        }
        return true;
    }

    /** Whether it still does anything. */
    synchronized boolean inForce() {
        return !ended && requestsLeft > 0 && (fault.breaksAnswers() || duplicatesLeft > 0 || poisonLeft > 0);
    }

    /** Breaks nothing any more from now on, not even in requests under way. */
    synchronized void end() {
        ended = true;
    }

    Distortion distortion() {
        return new Distortion() {
            @Override
            public boolean takeDuplicatePage() {
                return takeDuplicate();
            }

            @Override
            public boolean emptyListing() {
                return fault.emptyListing();
            }

            @Override
            public boolean sameCursor() {
                return fault.sameCursor();
            }

            @Override
            public boolean takePoison(String entityId, boolean firstOfPage) {
                boolean wanted = fault.poisonIds().isEmpty()
                        ? fault.poison().kind() == Kind.COUNTED || firstOfPage
                        : fault.poisonIds().contains(entityId);
                return wanted && takeRecord();
            }
        };
    }

    private synchronized boolean takeDuplicate() {
        if (ended || duplicatesLeft == 0) {
            return false;
        }
        if (duplicatesLeft != ENDLESS) {
            duplicatesLeft--;
        }
        return true;
    }

    private synchronized boolean takeRecord() {
        if (ended || poisonLeft == 0) {
            return false;
        }
        if (poisonLeft != ENDLESS) {
            poisonLeft--;
        }
        return true;
    }
}
