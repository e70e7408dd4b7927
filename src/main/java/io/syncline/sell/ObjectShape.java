package io.syncline.sell;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An object of declared members, in the order in which they are stored. What is not declared is passed on as it is. Safe for use by many threads.
 */
final class ObjectShape implements Shape {

    /** A member of an object. */
    static final class Member {

        private final String name;
        /** As JSON, quotes and all. */
        private final byte[] key;

        private final Shape shape;

        Member(String name, Shape shape) {
            this.name = name;
            this.key = ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
            this.shape = shape;
        }
    }

    /** Filled in after the fact, as a type may hold itself. */
    private Member[] members = {};
    /** For each member the first one from there on that is written even where it is not there; past the last if none is. */
    private int[] nextAlways = {};
    /**
     * For each member which one came last time where that one could have come: objects of a type mostly have the same members. Only to be tried first, so
     * threads may be in each other's way.
     */
    private int[] usual = {};

    void members(List<Member> declared) {
        members = declared.stream()
                .sorted((one, other) -> Arrays.compareUnsigned(one.key, other.key))
                .toArray(Member[]::new);
        nextAlways = new int[members.length + 1];
        nextAlways[members.length] = members.length;
        for (int at = members.length - 1; at >= 0; at--) {
            nextAlways[at] = members[at].shape.absent().isEmpty() ? nextAlways[at + 1] : at;
        }
        usual = IntStream.range(0, members.length + 1).toArray();
    }

    @Override
    public int afterAsStored(byte[] json, int from) {
        if (json[from] != '{') {
            return JsonScan.isNull(json, from) ? JsonScan.afterScalar(json, from) : JsonScan.NONE;
        }
        int declared = 0;
        int at = from + 1;
        while (json[at] != '}') {
            int found = find(json, at, declared);
            int next = found >= 0 ? found : -1 - found;
            if (nextAlways[declared] < next) {
                return JsonScan.NONE;
            }
            declared = found >= 0 ? found + 1 : next;
            int end = found >= 0
                    ? members[found].shape.afterAsStored(json, at + members[found].key.length + 1)
                    : afterMember(json, at);
            if (end == JsonScan.NONE) {
                return JsonScan.NONE;
            }
            at = json[end] == ',' ? end + 1 : end;
        }
        return nextAlways[declared] < members.length ? JsonScan.NONE : at + 1;
    }

    private static int afterMember(byte[] json, int from) {
        return JsonScan.afterValue(json, JsonScan.afterText(json, from) + 1);
    }

    /**
     * The declared member whose key is at an index, from one on: or if it is not declared, which one would come after it, negative and less one.
     */
    private int find(byte[] json, int at, int from) {
        int expected = usual[from];
        if (expected < members.length && JsonScan.begins(json, at, members[expected].key)) {
            return expected;
        }
        int keyEnd = JsonScan.afterText(json, at);
        int found = from;
        int order = 1;
        while (found < members.length && (order = compare(members[found].key, json, at, keyEnd)) < 0) {
            found++;
        }
        if (found == members.length || order != 0) {
            return -1 - found;
        }
        usual[from] = found;
        return found;
    }

    /** What is to be written as it is stored is copied in runs that are as long as can be. */
    @Override
    public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
        if (json[from] != '{') {
            throw Shape.not("an object");
        }
        out.add('{');
        int begin = out.size();
        int declared = 0;
        // The beginning of what is not written yet.
        int run = from + 1;
        int at = from + 1;
        while (at < to - 1) {
            int found = find(json, at, declared);
            int next = found >= 0 ? found : -1 - found;
            if (nextAlways[declared] < next) {
                copy(json, run, at, begin, out);
                run = at;
                writeAbsent(declared, next, begin, out);
            }
            declared = found >= 0 ? found + 1 : next;
            int value = found >= 0 ? at + members[found].key.length + 1 : at;
            int end = found >= 0 ? members[found].shape.afterAsStored(json, value) : afterMember(json, at);
            if (end == JsonScan.NONE) {
                end = JsonScan.afterValue(json, value);
                copy(json, run, at, begin, out);
                run = end;
                write(members[found], json, value, end, begin, out);
            }
            at = json[end] == ',' ? end + 1 : end;
        }
        copy(json, run, to - 1, begin, out);
        writeAbsent(declared, members.length, begin, out);
        out.add('}');
    }

    private void writeAbsent(int from, int to, int begin, PageBytes out) {
        for (int at = nextAlways[from]; at < to; at = nextAlways[at + 1]) {
            writeAbsent(members[at], begin, out);
        }
    }

    private static int compare(byte[] key, byte[] json, int from, int to) {
        return Arrays.compareUnsigned(key, 0, key.length, json, from, to);
    }

    /** Copies a run of members, without the commas before and after it. */
    private static void copy(byte[] json, int from, int to, int begin, PageBytes out) {
        int first = from < to && json[from] == ',' ? from + 1 : from;
        int end = first < to && json[to - 1] == ',' ? to - 1 : to;
        if (first < end) {
            separate(begin, out);
            out.add(json, first, end);
        }
    }

    private static void write(Member member, byte[] json, int from, int to, int begin, PageBytes out)
            throws UnservableException {
        Shape shape = member.shape;
        if (shape.isLeftOut(json, from)) {
            return;
        }
        if (JsonScan.isNull(json, from)) {
            writeAbsent(member, begin, out);
            return;
        }
        separate(begin, out);
        out.add(member.key);
        out.add(':');
        try {
            shape.write(json, from, to, out);
        } catch (UnservableException e) {
            throw e.in("." + member.name);
        }
    }

    private static void writeAbsent(Member member, int begin, PageBytes out) {
        if (!member.shape.absent().isEmpty()) {
            separate(begin, out);
            out.add(member.key);
            out.add(':');
            out.add(member.shape.absent());
        }
    }

    private static void separate(int begin, PageBytes out) {
        if (out.size() > begin) {
            out.add(',');
        }
    }
}
