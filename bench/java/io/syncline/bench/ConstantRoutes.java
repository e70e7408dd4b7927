package io.syncline.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A copy of the project's routes with two more: a constant body as small as an idle answer, and one as large as a page. */
final class ConstantRoutes {

    static final String IDLE_PATH = "/bench/constant";
    static final String PAGE_PATH = "/bench/page";

    private static final String ROUTES = """
            - route:
                id: bench-constant
                from:
                  uri: platform-http:%s
                  steps:
                    - removeHeaders:
                        pattern: "*"
                    - setHeader:
                        name: Content-Type
                        constant: application/json
                    - setBody:
                        constant: '%s'
            - route:
                id: bench-page
                from:
                  uri: platform-http:%s
                  steps:
                    - removeHeaders:
                        pattern: "*"
                    - setBody:
                        constant: '%s'
            """;
    private static final String IDLE_BODY =
            "{\"data\":{\"formSync\":{\"changes\":[],\"cursor\":\"" + "c".repeat(60) + "\",\"hasMore\":false}}}";
    static final int PAGE_BYTES = 230_000;

    private ConstantRoutes() {}

    static Path copiedTo(Path folder) throws IOException {
        Path source = Path.of("routes");
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(folder.resolve(source.relativize(from)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path from, BasicFileAttributes attributes) throws IOException {
                Files.copy(from, folder.resolve(source.relativize(from)));
                return FileVisitResult.CONTINUE;
            }
        });
        Files.writeString(
                folder.resolve("api/bench.camel.yaml"),
                ROUTES.formatted(IDLE_PATH, IDLE_BODY, PAGE_PATH, "p".repeat(PAGE_BYTES)));
        return folder;
    }
}
