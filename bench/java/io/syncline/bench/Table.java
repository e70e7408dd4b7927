package io.syncline.bench;

import java.io.PrintStream;
import java.util.Locale;

/** The table of docs/performance.md, printed row by row as it is measured. */
final class Table {

    private final PrintStream out;

    Table(PrintStream out) {
        this.out = out;
    }

    void head() {
        out.printf(
                Locale.ROOT,
                "Java %s, %d cores, %s. Medians; a ratio is followed by its lowest and highest round.%n%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
        out.println("| workload | Syncline | plain | ratio | promised |");
        out.println("|---|---|---|---|---|");
    }

    /** Syncline beside the plainest program that does the same. */
    void compared(String workload, String unit, Rounds.Result result, String promised) {
        out.printf(
                Locale.ROOT,
                "| %s | %,.0f %s | %,.0f | %.2f (%.2f-%.2f) | %s |%n",
                workload,
                result.ours(),
                unit,
                result.plain(),
                result.ratio(),
                result.lowest(),
                result.highest(),
                promised);
    }

    /** Figures that are not compared, as they are to be read; empty ones stay empty. */
    void told(String workload, String ours, String plain, String promised) {
        out.printf(Locale.ROOT, "| %s | %s | %s | | %s |%n", workload, ours, plain, promised);
    }

    static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
