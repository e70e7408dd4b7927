package io.syncline.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes files and folders that nobody but their owner can use, from the first moment, where the file system knows such modes. What is there
 * already stays as it is.
 */
public final class OwnerOnly {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnly() {}

    /** Makes a folder, and those above it, as far as they are not there. */
    public static void folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, mode("rwx------"));
        }
    }

    /** Makes an empty file, if it is not there. */
    public static void file(Path file) throws IOException {
        if (!Files.exists(file)) {
            try {
                Files.createFile(file, mode("rw-------"));
            } catch (FileAlreadyExistsException madeMeanwhile) {
                // As good as made here.
            }
        }
    }

    /** Makes a file with a name of its own. */
    public static Path temporaryFile(Path folder, String prefix) throws IOException {
        return Files.createTempFile(folder, prefix, "", mode("rw-------"));
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
