package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Many numbers at once are the same as one after the other. */
class RevisionSetTest {

    private static final int STEPS = 60;

    @Property(tries = 300)
    void isASet(@ForAll Random random) {
        RevisionSet set = new RevisionSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < STEPS; step++) {
            long[] some = some(random);
            List<Long> listed = new ArrayList<>();
            for (long one : some) {
                listed.add(one);
            }
            assertThat(set.containsAll(some)).isEqualTo(model.containsAll(listed));
            assertThat(set.containsNone(some)).isEqualTo(listed.stream().noneMatch(model::contains));
            set.saved();
            boolean changes;
            if (random.nextBoolean()) {
                set.addAll(some);
                changes = model.addAll(listed);
            } else {
                set.removeAll(some);
                changes = model.removeAll(listed);
            }
            assertThat(set.changedChunks().isEmpty()).isEqualTo(!changes);
            assertThat(members(set)).containsExactlyElementsOf(model);
            assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @Example
    void isReadFromTheChunksThatChanged() {
        RevisionSet set = new RevisionSet();
        RevisionSet read = new RevisionSet();
        set.addAll(new long[] {65_535, 65_536, 65_537, 200_000});

        assertThat(set.changedChunks()).containsExactly(0L, 1L, 3L);
        set.changedChunks().forEach(chunk -> read.load(chunk, set.chunk(chunk)));
        assertThat(members(read)).containsExactly(65_535L, 65_536L, 65_537L, 200_000L);
    }

    /** Runs and single ones around where a chunk ends and another begins, in order or not. */
    private static long[] some(Random random) {
        List<Long> some = new ArrayList<>();
        for (int runs = random.nextInt(4); runs >= 0; runs--) {
            long first = 65_500L + random.nextInt(80);
            for (int length = random.nextInt(30); length >= 0; length--) {
                some.add(first++);
            }
        }
        return some.stream().distinct().mapToLong(Long::longValue).toArray();
    }

    private static List<Long> members(RevisionSet set) {
        List<Long> members = new ArrayList<>();
        set.forEach(members::add);
        return members;
    }
}
