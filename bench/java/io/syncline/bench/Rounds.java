package io.syncline.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Measures two programs in turn, so that what else the machine does meets both, and keeps the median of each. */
final class Rounds {

    /** Until a program that serves has been compiled; one that only calls a driver is after a fraction of it. */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** One round of a program. */
    interface Round {
        /** Does its work and tells how much that was per second. */
        double perSecond() throws Exception;
    }

    /**
     * What was measured, as medians.
     *
     * @param ours of Syncline
     * @param plain of the plainest program that does the same
     * @param lowest the lowest ratio of any round
     * @param highest the highest ratio of any round
     */
    record Result(double ours, double plain, double lowest, double highest) {

        double ratio() {
            return ours / plain;
        }
    }

    private Rounds() {}

    /** Runs both in turn to warm up, then to be measured. */
    static Result compare(int rounds, Round ours, Round plain) throws Exception {
        warmUp(ours, plain);
        return measure(rounds, ours, plain);
    }

    static void warmUp(Round ours, Round plain) throws Exception {
        long started = System.nanoTime();
        do {
            ours.perSecond();
            plain.perSecond();
        } while (System.nanoTime() - started < WARM_UP_NANOS);
    }

    /** Runs both in turn, the first one changing. */
    static Result measure(int rounds, Round ours, Round plain) throws Exception {
        double[] ourRates = new double[rounds];
        double[] plainRates = new double[rounds];
        double lowest = Double.MAX_VALUE;
        double highest = 0;
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                ourRates[round] = ours.perSecond();
                plainRates[round] = plain.perSecond();
            } else {
                plainRates[round] = plain.perSecond();
                ourRates[round] = ours.perSecond();
            }
            lowest = Math.min(lowest, ourRates[round] / plainRates[round]);
            highest = Math.max(highest, ourRates[round] / plainRates[round]);
        }
        return new Result(median(ourRates), median(plainRates), lowest, highest);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Amount a second for what took from a {@link System#nanoTime()} until now. */
    static double rate(long amount, long startedNanos) {
        return amount * 1e9 / (System.nanoTime() - startedNanos);
    }
}
