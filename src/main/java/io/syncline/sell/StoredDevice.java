package io.syncline.sell;

/**
 * A device as the database has it.
 *
 * @param no its number in the database
 * @param startedAt its last start of a session in milliseconds since the epoch, to the hour
 * @param version grows with every change
 */
record StoredDevice(long no, long startedAt, long version, DeviceState state) {}
