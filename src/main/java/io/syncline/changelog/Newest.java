package io.syncline.changelog;

/**
 * The newest change of an entity that has changed since a reader last looked, with what the reader needs to tell from its own books whether it
 * knows the entity.
 *
 * @param sequenceVersion of the change
 * @param first the first change ever of the entity, compacted or not; one id that comes back after its tombstone has been removed is another
 *     entity
 * @param deleted whether the change is a delete
 * @param replaced the entity's newest change up to where the reader last looked; 0 if there was none or it has been compacted away
 * @param wasGone whether {@code replaced} is a delete; the entity has come back since
 * @param wasInSight whether the entity, if it was there when the reader last looked, was in sight of the view as the reader then had it
 * @param inSight whether the entity is in sight now; a deleted one is not
 */
public record Newest(
        long sequenceVersion,
        long first,
        boolean deleted,
        long replaced,
        boolean wasGone,
        boolean wasInSight,
        boolean inSight) {

    /** Takes what is read, one entity after the other. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Takes one entity.
         *
         * @param collection the number of the entity's collection
         */
        void receive(int collection, Newest newest);

        /**
         * Takes entities that have come into sight and have not changed since they came, one for each number from the first to the last: it is the first
         * change of one and its newest.
         */
        default void receiveRun(int collection, long first, long last) {
            for (long number = first; number <= last; number++) {
                receive(collection, new Newest(number, number, false, 0, false, false, true));
            }
        }
    }
}
