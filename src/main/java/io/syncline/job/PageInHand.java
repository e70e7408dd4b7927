package io.syncline.job;

import io.syncline.integration.PulledPage;

/**
 * A page between its pull and its append.
 *
 * @param stream the one that it is of
 * @param changes whether it has anything that must be written
 */
record PageInHand(String stream, PulledPage page, boolean changes) {}
