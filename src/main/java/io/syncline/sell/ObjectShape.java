package io.syncline.sell;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An object of declared members, in the order in which they are stored. What is not declared is passed on as it is. */
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

    void members(List<Member> declared) {
        members = declared.stream()
                .sorted((one, other) -> Arrays.compareUnsigned(one.key, other.key))
                .toArray(Member[]::new);
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
            // Mostly the member that comes next, and then its key need not be searched for an end.
            boolean expected = declared < members.length && begins(json, at, to, members[declared].key);
            int keyEnd = expected ? at + members[declared].key.length : JsonScan.afterText(json, at);
            int end = JsonScan.afterValue(json, keyEnd + 1);
            int order = expected ? 0 : 1;
            while (!expected
                    && declared < members.length
                    && (order = compare(members[declared].key, json, at, keyEnd)) < 0) {
                Shape missing = members[declared].shape;
                if (!missing.absent().isEmpty()) {
                    copy(json, run, at, begin, out);
                    run = at;
                    writeAbsent(members[declared], begin, out);
                }
                declared++;
            }
            if (declared < members.length && order == 0) {
                Member member = members[declared++];
                if (!isAsStored(member.shape, json, keyEnd + 1, end)) {
                    copy(json, run, at, begin, out);
                    run = end;
                    write(member, json, keyEnd + 1, end, begin, out);
                }
            }
            at = json[end] == ',' ? end + 1 : end;
        }
        copy(json, run, to - 1, begin, out);
        for (; declared < members.length; declared++) {
            writeAbsent(members[declared], begin, out);
        }
        out.add('}');
    }

    private static boolean isAsStored(Shape shape, byte[] json, int from, int to) {
        return JsonScan.isNull(json, from)
                ? shape.absent().isEmpty() && !shape.isLeftOut(json, from)
                : !shape.isLeftOut(json, from) && shape.isAsStored(json, from, to);
    }

    private static boolean begins(byte[] json, int from, int to, byte[] key) {
        return to - from > key.length && Arrays.equals(json, from, from + key.length, key, 0, key.length);
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
