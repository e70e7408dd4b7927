/**
 * The seam between the sandbox's server and its upstreams: a request and its {@link io.syncline.sandbox.upstream.Reply}
 * as plain values, the entities of an upstream and their {@link io.syncline.sandbox.upstream.Ledger}, and the
 * {@link io.syncline.sandbox.upstream.Distortion} that a fault puts on what is served.
 */
package io.syncline.sandbox.upstream;
