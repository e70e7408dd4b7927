package io.syncline.feed;

import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.View;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The {@code ETag} of a page (RFC 9110, section 8.8.3), made from what the page is made from, so that it can be compared before anything is
 * read. It is keyed with a secret of this process: only who was served a page knows its tag, so a tag that matches also vouches for
 * the cursor, and no tag outlives a restart, in which the changelog may have been restored from a backup. Nor does it outlive the day: a
 * consumer that is answered 304 keeps its cursor, and the changelog renews an idle one daily lest it expires.
 * It is weak: two pages of one tag tell the same, but no two cursors are spelt alike.
 */
final class EntityTags {

    private final byte[] key = new byte[16];

    private final Clock clock;

    EntityTags(Clock clock) {
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    /** @param head the highest sequence version that the view and the query select */
    String of(long head, View view, FeedQuery query, Optional<String> cursor, int limit, PageFormat format) {
        MessageDigest digest = sha256();
        digest.update(key);
        digest.update(ByteBuffer.allocate(28)
                .putLong(head)
                .putLong(TimeUnit.MILLISECONDS.toDays(clock.millis()))
                .putInt(view.hashCode())
                .putInt(query.hashCode())
                .putInt(limit)
                .flip());
        digest.update(format.contentType().getBytes(StandardCharsets.US_ASCII));
        digest.update(view.principal().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        cursor.ifPresent(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
        return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest()) + '"';
    }

    /** Whether an {@code If-None-Match} names the tag; the comparison is weak (RFC 9110, section 13.1.2). */
    static boolean anyMatches(List<String> ifNoneMatch, String tag) {
        for (String value : ifNoneMatch) {
            for (String given : value.split(",", -1)) {
                if (opaque(given.strip()).equals(opaque(tag))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
