package io.syncline.changelog;

import io.syncline.storage.Database;
import java.time.Clock;

/**
 * A process that appends the pages of {@link CrashSource} from where the checkpoint stands, until it is killed or has appended the
 * last. Says each page's number when its append has come back.
 */
final class CrashingAppender {

    static final String APPENDED = "appended ";

    private CrashingAppender() {}

    public static void main(String[] arguments) {
        int last = Integer.parseInt(arguments[3]);
        try (Database database = Database.open(arguments[0], arguments[1], arguments[2]);
                Changelog changelog = ChangelogFixture.open(database, Clock.systemUTC())) {
            int next = changelog
                    .checkpoint(CrashSource.INTEGRATION, CrashSource.STREAM)
                    .map(Integer::parseInt)
                    .orElse(0);
            for (int number = next; number < last; number++) {
                changelog.append(CrashSource.page(number));
                System.out.println(APPENDED + number);
            }
        }
    }
}
