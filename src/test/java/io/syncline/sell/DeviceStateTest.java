package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Looked;
import io.syncline.changelog.Newest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceStateTest {

    private static final int COLLECTION = 1;

    /** Of a new device, and of one that has seen some of it before and has lost sight of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void takesInARunAsItDoesOneByOne(int seed) {
        DeviceState atOnce = state(seed);
        DeviceState oneByOne = state(seed);

        atOnce.receiveRun(COLLECTION, 100, 200);
        LongStream.rangeClosed(100, 200)
                .forEach(number ->
                        oneByOne.receive(COLLECTION, new Newest(number, number, false, 0, false, false, true)));
        assertThat(members(atOnce)).isEqualTo(members(oneByOne));
        assertThat(atOnce.hasChanged()).isEqualTo(oneByOne.hasChanged());

        // Which of them the device certainly does not hold shows when they go.
        for (DeviceState state : List.of(atOnce, oneByOne)) {
            state.looked(new Looked(300, 1, Map.of(COLLECTION, 0L)));
            for (long number = 100; number <= 200; number++) {
                state.receive(COLLECTION, new Newest(number + 1_000, number, true, number, false, true, false));
            }
        }
        assertThat(members(atOnce)).isEqualTo(members(oneByOne));
    }

    private static DeviceState state(int seed) {
        Random random = new Random(seed);
        return new DeviceState(
                seed == 1 ? Map.of() : Map.of(COLLECTION, 150L),
                some(random, seed),
                some(random, seed),
                some(random, seed),
                some(random, seed));
    }

    /** None of a new device's, and of others from none at all to many. */
    private static RevisionSet some(Random random, int seed) {
        RevisionSet some = new RevisionSet();
        int count = seed == 1 ? 0 : random.nextInt(4) * 5;
        for (int member = 0; member < count; member++) {
            some.add(90 + random.nextInt(120));
        }
        return some;
    }

    private static List<List<Long>> members(DeviceState state) {
        return List.of(
                members(state.unacknowledged()),
                members(state.notHad()),
                members(state.ahead()),
                members(state.served()));
    }

    private static List<Long> members(RevisionSet revisions) {
        List<Long> members = new ArrayList<>();
        revisions.forEach(members::add);
        return members;
    }
}
