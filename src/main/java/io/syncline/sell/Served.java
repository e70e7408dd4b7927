package io.syncline.sell;

import io.syncline.changelog.Revision;

/**
 * An item of a page.
 *
 * @param key that acknowledges it
 * @param queued the change that stands for it in the queue
 * @param inSight whether the view sees it; it is served as deleted if not
 * @param eventAt where the page says what has become of it
 */
record Served(Revision revision, String key, long queued, boolean inSight, int eventAt) {}
