package io.syncline.changelog;

/** What a change did to its entity. */
public enum Operation {
    CREATED,
    UPDATED,
    DELETED
}
