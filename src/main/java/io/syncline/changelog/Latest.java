package io.syncline.changelog;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The latest state of one entity while a page is appended: as the database has it, then as the page's changes leave it. Not for
 * several threads.
 */
final class Latest {

    final EntityCollection collection;
    final String entityId;

    /** Of its newest change; 0 when there is none; below 0 one of the page, whose number is not drawn yet: −1 is the first. */
    private long seq;

    /** Of its first change, as {@link #seq}. */
    private long first;

    /** Null for an entity that is not there. */
    private byte[] digest;

    private String scope;
    private OptionalLong version = OptionalLong.empty();
    private boolean partial;
    private boolean touched;

    Latest(EntityCollection collection, String entityId) {
        this.collection = collection;
        this.entityId = entityId;
    }

    void stored(
            long storedSeq,
            byte[] storedDigest,
            String storedScope,
            OptionalLong storedVersion,
            boolean storedPartial,
            long storedFirst) {
        seq = storedSeq;
        first = storedFirst;
        digest = storedDigest;
        scope = storedScope;
        version = storedVersion;
        partial = storedPartial;
    }

    boolean living() {
        return digest != null;
    }

    long seq() {
        return seq;
    }

    long first() {
        return first;
    }

    /** Whether nothing is stored of it yet. */
    boolean fresh() {
        return first < 0;
    }

    byte[] digest() {
        return digest;
    }

    String scope() {
        return scope;
    }

    OptionalLong version() {
        return version;
    }

    boolean partial() {
        return partial;
    }

    /** Whether the page changed anything of it that must be written. */
    boolean touched() {
        return touched;
    }

    boolean isNewerThan(OptionalLong observed) {
        return version.isPresent() && observed.isPresent() && observed.getAsLong() < version.getAsLong();
    }

    boolean shows(byte[] observedDigest, String observedScope) {
        return Arrays.equals(digest, observedDigest) && Objects.equals(scope, observedScope);
    }

    /** Content as before; what is told about it may differ. */
    void seenAgain(OptionalLong observedVersion, boolean observedPartial) {
        OptionalLong newest = observedVersion.isPresent() ? observedVersion : version;
        touched |= !newest.equals(version) || observedPartial != partial;
        version = newest;
        partial = observedPartial;
    }

    void present(long change, byte[] newDigest, String newScope, OptionalLong newVersion, boolean newPartial) {
        seenAgain(newVersion, newPartial);
        if (seq == 0) {
            first = change;
        }
        seq = change;
        digest = newDigest;
        scope = newScope;
        touched = true;
    }

    /** The version stays, so that a late older state does not bring the entity back. */
    void gone(long change) {
        seq = change;
        digest = null;
        scope = null;
        partial = false;
        touched = true;
    }

    /** The number of a change, once the first of the page is drawn. */
    static long resolved(long seq, long first) {
        return seq >= 0 ? seq : first - seq - 1;
    }
}
