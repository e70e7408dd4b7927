/**
 * The Sell Sync protocol, version 2, as its published clients need it: sessions, a queue that advances when it is read, acknowledgements that
 * are durable before they are answered. Knows no other protocol.
 *
 * <p>What a device has acknowledged is kept as a position in each collection and the exceptions to it; see {@link
 * io.syncline.sell.DeviceState}.
 */
package io.syncline.sell;
