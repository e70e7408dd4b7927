package io.syncline.sell;

/**
 * What can be set of the Sell protocol.
 *
 * @param pageSize most items on a page
 * @param deviceLimit most devices of a principal that are active, which is for 30 days after the last start of a session
 * @param requestsPerSecond most requests a second of each token; 0 for no limit
 */
public record SellSettings(int pageSize, int deviceLimit, int requestsPerSecond) {

    public SellSettings {
        if (pageSize < 1 || deviceLimit < 1 || requestsPerSecond < 0) {
            throw new IllegalArgumentException(
                    "a page holds an item at least, and a principal has one device at least");
        }
    }

    /** As the vendor has it, but without a limit of requests: clients give up on one. */
    public static SellSettings usual() {
        return new SellSettings(100, 100, 0);
    }
}
