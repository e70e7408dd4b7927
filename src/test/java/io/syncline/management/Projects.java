package io.syncline.management;

import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.ScriptedUpstream.Asked;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** An upstream with projects, which gives them page by page, each page only when it may. */
final class Projects implements ScriptedUpstream.Script {

    private static final int ENDLESS = 1_000_000;

    private final int pageSize;
    private final TreeMap<Integer, String> names = new TreeMap<>();
    private final Semaphore pages = new Semaphore(ENDLESS);
    private volatile int version = 1;
    private volatile Answer failure;
    private int listed = ENDLESS;

    Projects(int count, int pageSize) {
        this.pageSize = pageSize;
        for (int number = 1; number <= count; number++) {
            names.put(number, "P" + number);
        }
    }

    static String id(int number) {
        return "00000000-0000-4000-8000-%012d".formatted(number);
    }

    /** From now on gives no page unless it may. */
    void hold() {
        pages.drainPermits();
    }

    /** Gives some more pages. */
    void give(int count) {
        pages.release(count);
    }

    void giveAll() {
        pages.release(ENDLESS);
    }

    /** Also adds it; without a name it cannot be read. */
    synchronized void rename(int number, String name) {
        names.put(number, name);
        version++;
    }

    /** From now on a listing that begins before a project ends there: what comes after it is told as a change only. */
    synchronized void listUpTo(int last) {
        listed = last;
    }

    synchronized void remove(int from, int to) {
        names.subMap(from, true, to, true).clear();
    }

    /** Answers with this from now on; null answers as it should. */
    void fail(Answer answer) {
        failure = answer;
    }

    @Override
    public Answer answer(Asked asked) {
        try {
            pages.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.status(503);
        }
        Answer failing = failure;
        return failing != null
                ? failing
                : page(asked.cursor().map(Integer::parseInt).orElse(0));
    }

    /** The cursor is the number of the last project given. */
    private synchronized Answer page(int after) {
        int end = after < listed ? listed : ENDLESS;
        List<Integer> page = names.subMap(after, false, end, true).keySet().stream()
                .limit(pageSize)
                .toList();
        int last = page.isEmpty() ? after : page.get(page.size() - 1);
        boolean more = last < end && !names.subMap(last, false, end, true).isEmpty();
        String changes = page.stream().map(this::change).collect(Collectors.joining(","));
        return Answer.json("{\"data\":{\"projectSync\":{\"changes\":[" + changes + "],\"cursor\":\"" + last
                + "\",\"hasMore\":" + more + "}}}");
    }

    private String change(int number) {
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","name":"%s","code":"C","isArchived":false,"sequenceVersion":%d}}""".formatted(id(number), id(number), names.get(number), version).replace("\"name\":\"\",", "");
    }
}
