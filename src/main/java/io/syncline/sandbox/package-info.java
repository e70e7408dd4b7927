/**
 * Upstreams to try Syncline without an account: imitated services whose truth is known, that go on changing, and that
 * fail and lie on request. Knows nothing of the rest of Syncline, so that it can be its judge.
 */
package io.syncline.sandbox;
