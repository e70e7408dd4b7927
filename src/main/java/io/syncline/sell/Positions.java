package io.syncline.sell;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Positions by collection number as bytes. Nearly all of a device's positions are the same, so they are grouped by it: position, count, and the
 * collection numbers as differences, each a varint.
 */
final class Positions {

    private Positions() {}

    static byte[] write(Map<Integer, Long> positions) {
        TreeMap<Long, List<Integer>> groups = new TreeMap<>();
        new TreeMap<>(positions)
                .forEach((collection, position) ->
                        groups.computeIfAbsent(position, p -> new ArrayList<>()).add(collection));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        groups.forEach((position, collections) -> {
            Varint.write(bytes, position);
            Varint.write(bytes, collections.size());
            int before = 0;
            for (int collection : collections) {
                Varint.write(bytes, collection - before);
                before = collection;
            }
        });
        return bytes.toByteArray();
    }

    static Map<Integer, Long> read(byte[] bytes) {
        Map<Integer, Long> positions = new TreeMap<>();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            long position = Varint.read(from);
            long count = Varint.read(from);
            int collection = 0;
            for (long at = 0; at < count; at++) {
                collection += (int) Varint.read(from);
                positions.put(collection, position);
            }
        }
        return positions;
    }
}
