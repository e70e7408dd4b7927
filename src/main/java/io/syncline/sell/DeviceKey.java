package io.syncline.sell;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which device: the UUID that a client made up for itself, inside its principal. Two principals may use the same one.
 *
 * @param uuid in lower case
 */
record DeviceKey(String principal, String uuid) {

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    static boolean isUuid(String text) {
        return UUID_FORM.matcher(text).matches();
    }

    /**
     * The key of a device.
     *
     * @param uuid of which {@link #isUuid} holds
     */
    static DeviceKey of(String principal, String uuid) {
        return new DeviceKey(principal, uuid.toLowerCase(Locale.ROOT));
    }
}
