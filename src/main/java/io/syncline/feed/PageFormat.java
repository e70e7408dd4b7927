package io.syncline.feed;

import io.syncline.changelog.Change;
import io.syncline.changelog.FeedPage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** How a page is written. */
enum PageFormat {
    /** One object: {@code {"changes":[...],"cursor":"...","hasMore":false}}. */
    JSON("application/json", "application/json") {
        @Override
        void write(FeedPage page, PageWriter writer) {
            writer.raw("{\"changes\":[");
            String separator = "";
            for (Change change : page.changes()) {
                writer.raw(separator).change(change);
                separator = ",";
            }
            writer.raw("],").end(page).raw("}");
        }
    },

    /**
     * One line for each change, then one with the cursor, {@code {"cursor":"...","hasMore":false}}. The cursor comes last so that a page
     * that was cut off has none and is asked for again.
     */
    NDJSON("application/x-ndjson", "application/x-ndjson; charset=utf-8") {
        @Override
        void write(FeedPage page, PageWriter writer) {
            for (Change change : page.changes()) {
                writer.change(change).raw("\n");
            }
            writer.raw("{").end(page).raw("}\n");
        }
    };

    static final List<String> MEDIA_TYPES =
            Arrays.stream(values()).map(format -> format.mediaType).toList();

    private final String mediaType;
    private final String contentType;

    PageFormat(String mediaType, String contentType) {
        this.mediaType = mediaType;
        this.contentType = contentType;
    }

    static PageFormat of(String mediaType) {
        return NDJSON.mediaType.equals(mediaType) ? NDJSON : JSON;
    }

    String contentType() {
        return contentType;
    }

    ByteBuffer write(FeedPage page) {
        PageWriter writer = new PageWriter(page);
        write(page, writer);
        return writer.written();
    }

    abstract void write(FeedPage page, PageWriter writer);
}
