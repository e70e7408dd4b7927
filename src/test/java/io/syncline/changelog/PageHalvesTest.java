package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.storage.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second half comes from another thread where one is idle, else from its reader, and what went wrong comes with it. */
final class PageHalvesTest {

    private static final FeedRows.Rows NOTHING = new FeedRows.Rows(List.of(), false, 0);
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final PageHalves halves = new PageHalves(10);

    @AfterEach
    void close() {
        halves.close();
    }

    private static FeedRows.Rows readBy(CompletableFuture<Thread> reader) {
        reader.complete(Thread.currentThread());
        return NOTHING;
    }

    @Test
    void halvesNoSmallPage() {
        assertThat(halves.first(9)).isZero();
        assertThat(halves.first(11)).isEqualTo(5);
    }

    @Test
    void readsOnAnotherThreadWhileTheReaderIsBusy() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();

        PageHalves.Second second = halves.begin(() -> readBy(reader));

        assertThat(reader.get(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(second.rows()).isSameAs(NOTHING);
    }

    @Test
    void letsTheReaderReadWhatNoThreadHasBegun() {
        CountDownLatch end = new CountDownLatch(1);
        List<PageHalves.Second> busy = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            busy.add(halves.begin(() -> {
                end.await();
                return NOTHING;
            }));
        }
        CompletableFuture<Thread> reader = new CompletableFuture<>();

        halves.begin(() -> readBy(reader)).rows();

        assertThat(reader).isCompletedWithValue(Thread.currentThread());
        end.countDown();
        assertThat(busy).allSatisfy(second -> assertThat(second.rows()).isSameAs(NOTHING));
    }

    @Test
    void tellsTheReaderWhatWentWrong() {
        PageHalves.Second second = halves.begin(() -> {
            throw new DatabaseException("no disk", null);
        });

        assertThatThrownBy(second::rows).isInstanceOf(DatabaseException.class).hasMessage("no disk");
    }
}
