package io.syncline.sell;

/**
 * What can be set of the Sell protocol.
 *
 * @param pageSize most items on a page
 * @param deviceLimit most devices of a principal that are active, which is for 30 days after the last start of a session
 */
public record SellSettings(int pageSize, int deviceLimit) {

    public SellSettings {
        if (pageSize < 1 || deviceLimit < 1) {
            throw new IllegalArgumentException(
                    "a page holds an item at least, and a principal has one device at least");
        }
    }

    /** As the vendor has it. */
    public static SellSettings usual() {
        return new SellSettings(100, 100);
    }
}
