package io.syncline.access;

import io.syncline.storage.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first administrator's token: from the settings, or from the file {@code admin-token} in the data folder, made at the first start. */
public final class AdminToken {

    private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
    private static final String PROPERTY = "syncline.admin.token (SYNCLINE_ADMIN_TOKEN)";
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private AdminToken() {}

    /**
     * The token to start with. One in the settings wins over the file.
     *
     * @param configured the setting; empty or an empty text where it is not set
     * @param data the data folder, made if it is not there
     * @throws IllegalArgumentException with a message that names the property or the file if the token is none
     */
    public static BuiltInToken load(Optional<String> configured, Path data) {
        if (configured.isPresent() && !configured.get().isEmpty()) {
            return named(PROPERTY, configured.get());
        }
        Path file = data.resolve("admin-token");
        try {
            if (!Files.exists(file)) {
                OwnerOnly.folder(data);
                create(file);
                LOG.info(
                        "Made the first admin token: it is in {}",
                        file.toAbsolutePath().normalize());
            }
            warnIfOthersCanRead(file);
            return named(
                    "The admin token in " + file + " (delete the file to have a new one made)",
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("The admin token's file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static BuiltInToken named(String name, String token) {
        try {
            return BuiltInToken.admin(token);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage() + ".", e);
        }
    }

    /** Under its name the file is whole and its owner's alone from the first moment. */
    private static void create(Path file) throws IOException {
        Path draft = OwnerOnly.temporaryFile(file.getParent(), ".admin-token");
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer content = ByteBuffer.wrap((TokenText.random() + "\n").getBytes(StandardCharsets.US_ASCII));
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void warnIfOthersCanRead(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")
                && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            LOG.warn("Others than its owner may use the admin token in {}: set its mode to 0600", file);
        }
    }
}
