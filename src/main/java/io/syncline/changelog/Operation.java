package io.syncline.changelog;

/** What a change did to its entity. */
public enum Operation {
    CREATED(1),
    UPDATED(2),
    DELETED(3);

    private final int code;

    Operation(int code) {
        this.code = code;
    }

    /** As it is stored. */
    int code() {
        return code;
    }

    static Operation of(int code) {
        return switch (code) {
            case 1 -> CREATED;
            case 2 -> UPDATED;
            case 3 -> DELETED;
            default -> throw new IllegalStateException("The changelog holds an operation of an unknown code, " + code);
        };
    }
}
