package io.syncline.sell;

import io.syncline.changelog.Revision;

/**
 * An item of a page.
 *
 * @param keyName how the key begins that acknowledges it
 * @param queued the change that stands for it in the queue
 * @param inSight whether the view sees it; it is served as deleted if not
 * @param eventAt where the page says what has become of it
 */
record Served(Revision revision, String keyName, long queued, boolean inSight, int eventAt) {

    /** Whether a key is the one that acknowledges it. */
    boolean hasKey(String key) {
        return AckKey.is(key, keyName, revision);
    }
}
