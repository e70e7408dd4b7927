package io.syncline.graphql;

import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import java.util.Optional;

/**
 * What one sync field answers.
 *
 * @param maxSequence of the page's changes; of the feed as it stood before the read, where the page is empty
 */
record FeedResult(ServedType type, FeedPage page, long maxSequence) {

    /** Reads a page for a request. */
    static FeedResult read(
            Changelog changelog,
            RequestContext context,
            ServedType type,
            FeedQuery query,
            Optional<String> cursor,
            int limit) {
        context.checkTime();
        long head = changelog.head(context.view(), query);
        FeedPage page = changelog.read(context.view(), query, cursor, limit);
        context.read(page.changes().size());
        return new FeedResult(type, page, maxSequence(page, head));
    }

    static long maxSequence(FeedPage page, long headBefore) {
        if (page.changes().isEmpty()) {
            return headBefore;
        }
        long max = 0;
        for (Change change : page.changes()) {
            max = Math.max(max, change.sequenceVersion());
        }
        return max;
    }
}
