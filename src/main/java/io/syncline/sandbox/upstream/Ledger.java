package io.syncline.sandbox.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The living entities of one upstream and, for each entity type, the log of what happened to them. Sequences count up
 * by one over all types. Thread-safe: every method is atomic, and a caller that needs several to be one holds the
 * ledger's monitor.
 *
 * <p>Memory is bounded: of superseded entries only the newest are kept, and of deletes too. The newest entry of a
 * living entity always stays.
 */
public final class Ledger {
    /** One change. {@code data} is empty for a delete. */
    public record Entry(
            long sequence, Operation operation, String entityType, String entityId, Optional<Fields> data) {}

    private final int retained;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private long head;

    /**
     * @param entityTypes the types whose entities it holds
     * @param retained how many superseded entries, and how many deletes, it remembers for each type
     */
    public Ledger(List<String> entityTypes, int retained) {
        this.retained = retained;
        for (String entityType : entityTypes) {
            streams.put(entityType, new Stream());
        }
    }

    public List<String> entityTypes() {
        return List.copyOf(streams.keySet());
    }

    /** Creates the entity, or updates it where it lives. */
    public synchronized Entry put(String entityType, String entityId, Fields data) {
        Stream stream = stream(entityType);
        Operation operation = stream.living.containsKey(entityId) ? Operation.UPDATED : Operation.CREATED;
        return stream.append(new Entry(++head, operation, entityType, entityId, Optional.of(data)));
    }

    /** Deletes the entity. One that does not live is deleted all the same: real upstreams report such deletes. */
    public synchronized Entry delete(String entityType, String entityId) {
        return stream(entityType).append(new Entry(++head, Operation.DELETED, entityType, entityId, Optional.empty()));
    }

    /** The newest entry of a living entity. */
    public synchronized Optional<Entry> find(String entityType, String entityId) {
        return Optional.ofNullable(stream(entityType).living.get(entityId));
    }

    /** The delete of an entity that does not live any more, as long as it is remembered. */
    public synchronized Optional<Entry> findDelete(String entityType, String entityId) {
        return Optional.ofNullable(stream(entityType).graves.get(entityId));
    }

    /** At most {@code limit} entries of the type with a sequence above {@code sequence}, in order. */
    public synchronized List<Entry> after(String entityType, long sequence, int limit) {
        return firstOf(stream(entityType).log.tailMap(sequence, false), limit);
    }

    /** At most {@code limit} entries of the type that end at {@code sequence}, in order. */
    public synchronized List<Entry> upTo(String entityType, long sequence, int limit) {
        List<Entry> entries =
                firstOf(stream(entityType).log.headMap(sequence, true).descendingMap(), limit);
        Collections.reverse(entries);
        return entries;
    }

    /** The living entities of the type, as they stand at one moment. */
    public synchronized Map<String, Fields> living(String entityType) {
        Map<String, Fields> living = new LinkedHashMap<>();
        stream(entityType)
                .living
                .values()
                .forEach(entry -> living.put(entry.entityId(), entry.data().orElseThrow()));
        return living;
    }

    /** The newest entries of the living entities of the type, oldest first. */
    public synchronized List<Entry> newest(String entityType) {
        List<Entry> newest = new ArrayList<>(stream(entityType).living.values());
        newest.sort(Comparator.comparingLong(Entry::sequence));
        return newest;
    }

    public synchronized int count(String entityType) {
        return stream(entityType).living.size();
    }

    /** A living entity of the type, the same one for the same history and the same state of {@code random}. */
    public synchronized Optional<Entry> pick(String entityType, SplittableRandom random) {
        Stream stream = stream(entityType);
        if (stream.ids.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(stream.living.get(stream.ids.get(random.nextInt(stream.ids.size()))));
    }

    /** The sequence of the newest entry of all types; 0 when nothing has happened yet. */
    public synchronized long head() {
        return head;
    }

    /** The sequence of the newest delete of the type that is forgotten: who stands below it missed one. */
    public synchronized long horizon(String entityType) {
        return stream(entityType).horizon;
    }

    private Stream stream(String entityType) {
        Stream stream = streams.get(entityType);
        if (stream == null) {
            throw new IllegalArgumentException("no entity type " + entityType + " among " + streams.keySet());
        }
        return stream;
    }

    private static List<Entry> firstOf(NavigableMap<Long, Entry> entries, int limit) {
        List<Entry> first = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (first.size() == limit) {
                break;
            }
            first.add(entry);
        }
        return first;
    }

    private final class Stream {
        private final NavigableMap<Long, Entry> log = new TreeMap<>();
        private final Map<String, Entry> living = new HashMap<>();
        private final List<String> ids = new ArrayList<>();
        private final Map<String, Integer> positions = new HashMap<>();
        private final Deque<Long> superseded = new ArrayDeque<>();
        private final Map<String, Entry> graves = new HashMap<>();
        private final Deque<Entry> deletes = new ArrayDeque<>();
        private long horizon;

        private Entry append(Entry entry) {
            log.put(entry.sequence(), entry);
            Entry former =
                    entry.data().isPresent() ? living.put(entry.entityId(), entry) : living.remove(entry.entityId());
            if (former != null) {
                superseded.add(former.sequence());
            }
            if (superseded.size() > retained) {
                log.remove(superseded.remove());
            }
            if (entry.operation() == Operation.DELETED) {
                deletes.add(entry);
                graves.put(entry.entityId(), entry);
            } else {
                graves.remove(entry.entityId());
            }
            if (deletes.size() > retained) {
                Entry forgotten = deletes.remove();
                horizon = forgotten.sequence();
                log.remove(horizon);
                graves.remove(forgotten.entityId(), forgotten);
            }
            index(entry, former != null);
            return entry;
        }

        private void index(Entry entry, boolean lived) {
            String entityId = entry.entityId();
            if (entry.data().isPresent() && !lived) {
                positions.put(entityId, ids.size());
                ids.add(entityId);
            } else if (entry.data().isEmpty() && lived) {
                int position = positions.remove(entityId);
                String last = ids.remove(ids.size() - 1);
                if (!last.equals(entityId)) {
                    ids.set(position, last);
                    positions.put(last, position);
                }
            }
        }
    }
}
