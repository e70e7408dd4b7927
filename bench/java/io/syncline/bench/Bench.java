package io.syncline.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the workloads that are named, or all, and prints the table of docs/performance.md. */
public final class Bench {

    private static final String ALL = "all";

    /** In the order of the table. To add one, write a class and list it here. */
    private static List<Workload> workloads() {
        List<Workload> workloads = new ArrayList<>();
        workloads.add(new StartBench());
        for (Store.Kind kind : Store.Kind.values()) {
            workloads.add(new AppendBench(kind));
            workloads.add(CatchUpBench.feed(kind));
            workloads.add(CatchUpBench.graphql(kind));
        }
        workloads.add(new PageBench());
        workloads.add(new IdleBench());
        workloads.add(new IdleViewsBench());
        for (Store.Kind kind : Store.Kind.values()) {
            workloads.add(new ViewsBench(kind));
        }
        workloads.add(SellDrainBench.alone(100));
        workloads.add(SellDrainBench.alone(500));
        workloads.add(SellDrainBench.overlapped(100));
        workloads.add(SellDrainBench.overlapped(500));
        workloads.add(SellDrainBench.severalConnections());
        workloads.add(SellDrainBench.parsing(100));
        workloads.add(SellDrainBench.parsing(500));
        workloads.add(SellDrainBench.shared());
        workloads.add(SellDrainBench.many());
        workloads.add(new SellDevicesBench());
        workloads.add(new FullSyncBench());
        for (Store.Kind kind : Store.Kind.values()) {
            workloads.add(new JobListBench(kind));
        }
        for (Store.Kind kind : Store.Kind.values()) {
            workloads.add(new ScheduleBench(kind));
        }
        return workloads;
    }

    private Bench() {}

    /**
     * Runs them.
     *
     * @param args the beginnings of the names of workloads; none, or {@code all}, for all of them
     */
    public static void main(String[] args) throws Exception {
        List<String> wanted = Arrays.stream(args)
                .flatMap(argument -> Arrays.stream(argument.split("[ ,]+")))
                .filter(word -> !word.isEmpty() && !word.equals(ALL))
                .toList();
        List<Workload> workloads = workloads();
        List<String> names = workloads.stream().map(Workload::name).toList();
        for (String word : wanted) {
            if (names.stream().noneMatch(name -> name.startsWith(word))) {
                System.err.println("There is no workload " + word + ". There are: " + String.join(", ", names));
                System.exit(2);
            }
        }
        Table table = new Table(System.out);
        table.head();
        try (Setup setup = Setup.create()) {
            for (Workload workload : workloads) {
                if (wanted.isEmpty() || wanted.stream().anyMatch(workload.name()::startsWith)) {
                    workload.run(setup, table);
                }
            }
        }
        // The embedded server and Camel leave threads behind that would wait for nothing.
        System.exit(0);
    }
}
