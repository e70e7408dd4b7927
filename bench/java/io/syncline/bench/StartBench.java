package io.syncline.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts Syncline as a process of its own, with JVM defaults and an empty data folder, and looks at it once it is idle. */
final class StartBench implements Workload {

    private static final int STARTS = 3;
    private static final Pattern HEAP_USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /**
     * What was measured.
     *
     * @param seconds from the start of the process to the first good answer of health
     * @param heapMegabytes used after a collection; not a number where no jcmd is there
     * @param residentMegabytes of the process; not a number where the system does not tell
     */
    private record Result(double seconds, double heapMegabytes, double residentMegabytes) {}

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void run(Setup setup, Table table) throws IOException, InterruptedException {
        double[] seconds = new double[STARTS];
        double[] heap = new double[STARTS];
        double[] resident = new double[STARTS];
        for (int start = 0; start < STARTS; start++) {
            Result one = one(setup.folder("start-" + start));
            seconds[start] = one.seconds;
            heap[start] = one.heapMegabytes;
            resident[start] = one.residentMegabytes;
        }
        table.told("start-up to the first answer", Table.number("%.1f s", Rounds.median(seconds)), "", "5 s");
        table.told(
                "idle heap after a collection (resident)",
                Table.number("%.0f MB", Rounds.median(heap)) + Table.number(" (%.0f MB)", Rounds.median(resident)),
                "",
                "150 MB");
    }

    private static Result one(Path folder) throws IOException, InterruptedException {
        int port = FreePort.next();
        long started = System.nanoTime();
        Process process = new ProcessBuilder(command(folder, port))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            awaitAnswer(process, port, folder);
            double seconds = (System.nanoTime() - started) / 1e9;
            String ignored = jcmd(process, "GC.run");
            double heap = megabytes(HEAP_USED, ignored.isEmpty() ? "" : jcmd(process, "GC.heap_info"));
            Path status = Path.of("/proc/" + process.pid() + "/status");
            double resident = megabytes(RESIDENT, Files.exists(status) ? Files.readString(status) : "");
            return new Result(seconds, heap, resident);
        } finally {
            process.destroy();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static List<String> command(Path folder, int port) {
        List<String> command = new ArrayList<>();
        command.add(program("java"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Dsyncline.port=" + port);
        command.add("-Dsyncline.data=" + folder.resolve("data"));
        Path jar = Path.of("target/syncline.jar");
        if (Files.exists(jar)) {
            command.addAll(List.of("-jar", jar.toString()));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.syncline.Syncline"));
        }
        return command;
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static void awaitAnswer(Process process, int port, Path folder) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/health"))
                .build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (client.send(health, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        throw new IOException("it does not start: " + Files.readString(folder.resolve("log")));
    }

    /** What jcmd says of a process; empty where there is no jcmd. */
    private static String jcmd(Process process, String command) throws IOException, InterruptedException {
        if (!Files.exists(Path.of(program("jcmd")))) {
            return "";
        }
        Process jcmd = new ProcessBuilder(program("jcmd"), Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return said;
    }

    private static double megabytes(Pattern kilobytes, String text) {
        Matcher found = kilobytes.matcher(text);
        return found.find() ? Double.parseDouble(found.group(1)) / 1024 : Double.NaN;
    }
}
