package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.View;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens and grants, on both databases. */
class AccessTest {

    private static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final String SANDBOX = "sandbox0".repeat(8);
    private static final Set<TokenScope> SYNC = Set.of(TokenScope.SYNC);

    @TempDir
    Path folder;

    private final List<Changelog> changelogs = new ArrayList<>();

    @AfterEach
    void close() {
        changelogs.forEach(Changelog::close);
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void keepsTokensAndGrantsOverARestart(Database.Dialect dialect) {
        TestDatabase where = empty(dialect);
        String secret;
        String revoked;
        try (Database database = where.open();
                Access access = open(database)) {
            secret = access.issue("reporting", Set.of(TokenScope.SYNC, TokenScope.JOBS_READ))
                    .secret();
            IssuedToken other = access.issue("reporting", SYNC);
            revoked = other.secret();
            access.revokeToken(other.token().id());
            access.grant("reporting", "acme");
            access.revokeGrant(access.grant("reporting", "other").id());
        }
        try (Database database = where.open();
                Access access = open(database)) {
            assertThat(access.caller(secret)).get().satisfies(caller -> {
                assertThat(caller.principal()).isEqualTo("reporting");
                assertThat(caller.scopes()).containsExactlyInAnyOrder(TokenScope.SYNC, TokenScope.JOBS_READ);
                assertThat(caller.view().everything()).isFalse();
                assertThat(caller.view().parts())
                        .extracting(View.Part::integrationId)
                        .containsExactly("acme");
            });
            assertThat(access.caller(revoked)).isEmpty();
            assertThat(access.tokens()).hasSize(2);
            assertThat(access.grants(Optional.of("reporting"))).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void keepsNothingOfATokenButItsHash(Database.Dialect dialect) throws Exception {
        try (Database database = empty(dialect).open();
                Access access = open(database)) {
            IssuedToken issued = access.issue("reporting", SYNC);

            List<byte[]> hashes = database.jdbi().withHandle(handle -> handle.createQuery("SELECT hash FROM token")
                    .mapTo(byte[].class)
                    .list());
            assertThat(hashes)
                    .containsExactly(MessageDigest.getInstance("SHA-256")
                            .digest(issued.secret().getBytes(StandardCharsets.US_ASCII)));
            String row = database.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT id || principal || scopes FROM token")
                            .mapTo(String.class)
                            .one());
            assertThat(row).doesNotContain(issued.secret());
            assertThat(issued.toString()).doesNotContain(issued.secret());
        }
    }

    @Test
    void seesWhatAnotherNodeChanges() {
        TestDatabase where = TestDatabase.postgresql();
        try (Database one = where.open();
                Database two = where.open();
                Access here = open(one);
                Access there = open(two)) {
            IssuedToken issued = here.issue("reporting", SYNC);
            await(() -> there.caller(issued.secret()).isPresent());

            Grant grant = here.grant("reporting", "acme");
            await(() -> there.caller(issued.secret()).orElseThrow().view().sees("acme"));

            there.revokeGrant(grant.id());
            await(() -> !here.caller(issued.secret()).orElseThrow().view().sees("acme"));

            there.revokeToken(issued.token().id());
            await(() -> here.caller(issued.secret()).isEmpty());
        }
    }

    @Test
    void seesWhatAnotherNodeChangedWhileItMadeAChangeOfItsOwn() {
        TestDatabase where = TestDatabase.postgresql();
        try (Database one = where.open();
                Database two = where.open();
                Access here = open(one);
                Access there = open(two)) {
            IssuedToken first = here.issue("a", SYNC);
            IssuedToken second = there.issue("b", SYNC);
            IssuedToken third = here.issue("c", SYNC);

            Stream.of(here, there).forEach(access -> Stream.of(first, second, third)
                    .forEach(
                            issued -> await(() -> access.caller(issued.secret()).isPresent())));
        }
    }

    @Test
    void grantsAThingOnceAcrossNodes() {
        TestDatabase where = TestDatabase.postgresql();
        try (Database one = where.open();
                Database two = where.open();
                Access here = open(one);
                Access there = open(two)) {
            here.grant("reporting", "acme");

            assertThatThrownBy(() -> there.grant("reporting", "acme")).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void goesOnWithWhatItKnowsWhileTheDatabaseIsAway() {
        Database database = TestDatabase.sqlite(folder).open();
        try (Access access = open(database)) {
            IssuedToken issued = access.issue("reporting", SYNC);
            database.close();

            access.refresh();

            assertThat(access.caller(issued.secret())).isPresent();
        }
    }

    @Test
    void refusesARevokedTokenOnEveryThreadFromThatMoment() throws Exception {
        try (Database database = TestDatabase.sqlite(folder).open();
                Access access = open(database)) {
            var executor = Executors.newFixedThreadPool(4);
            try {
                for (int round = 0; round < 5; round++) {
                    IssuedToken issued = access.issue("reporting", SYNC);
                    AtomicBoolean revoked = new AtomicBoolean();
                    List<Future<Boolean>> readers = Stream.generate(() -> executor.submit(() -> {
                                boolean wasRevoked;
                                boolean admitted;
                                do {
                                    wasRevoked = revoked.get();
                                    admitted = access.caller(issued.secret()).isPresent();
                                } while (!wasRevoked);
                                return admitted;
                            }))
                            .limit(4)
                            .toList();

                    access.revokeToken(issued.token().id());
                    revoked.set(true);

                    for (Future<Boolean> reader : readers) {
                        assertThat(reader.get())
                                .as("admitted after the revocation")
                                .isFalse();
                    }
                }
            } finally {
                executor.shutdownNow();
            }
        }
    }

    @Test
    void keepsAViewTheSameInstanceUntilSomethingOfItChanges() {
        try (Database database = TestDatabase.sqlite(folder).open();
                Access access = open(database)) {
            String one = access.issue("reporting", SYNC).secret();
            String two = access.issue("reporting", SYNC).secret();
            var before = access.caller(one).orElseThrow().view();
            assertThat(access.caller(two).orElseThrow().view()).isSameAs(before);

            access.grant("somebody else", "acme");
            access.issue("somebody else", SYNC);
            assertThat(access.caller(one).orElseThrow().view()).isSameAs(before);

            access.grant("reporting", "acme");
            assertThat(access.caller(one).orElseThrow().view()).isNotEqualTo(before);
        }
    }

    @Test
    void showsEverythingToWhoIsGrantedEverything() {
        try (Database database = TestDatabase.sqlite(folder).open();
                Access access = open(database)) {
            String secret = access.issue("reporting", SYNC).secret();
            Grant grant = access.grant("reporting", View.EVERY_INTEGRATION);
            assertThat(access.caller(secret).orElseThrow().view().sees("not yet configured"))
                    .isTrue();

            access.revokeGrant(grant.id());
            assertThat(access.caller(secret).orElseThrow().view().sees("not yet configured"))
                    .isFalse();
        }
    }

    @Test
    void takesTheSandboxTokenOnlyWhileTheSandboxIsOn() {
        try (Database database = TestDatabase.sqlite(folder).open()) {
            try (Access on = Access.open(
                    changelog(database),
                    database,
                    Clock.systemUTC(),
                    List.of(BuiltInToken.admin(ADMIN), BuiltInToken.sandbox()))) {
                assertThat(on.caller(SANDBOX)).get().satisfies(caller -> {
                    assertThat(caller.scopes())
                            .containsExactlyInAnyOrder(TokenScope.SYNC, TokenScope.JOBS_READ, TokenScope.JOBS_WRITE);
                    assertThat(caller.view().everything()).isTrue();
                });
            }
            try (Access off = open(database)) {
                assertThat(off.caller(SANDBOX)).isEmpty();
                assertThat(off.caller(ADMIN)).isPresent();
            }
        }
    }

    @Test
    void comparesHashesInConstantTime() {
        ArchRuleDefinition.theClass(TokenHash.class)
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .check(new ClassFileImporter().importClasses(TokenHash.class));
        ArchRuleDefinition.noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .check(new ClassFileImporter().importClasses(TokenHash.class, AccessState.class));
    }

    private TestDatabase empty(Database.Dialect dialect) {
        return dialect == Database.Dialect.SQLITE ? TestDatabase.sqlite(folder) : TestDatabase.postgresql();
    }

    private Access open(Database database) {
        return Access.open(changelog(database), database, Clock.systemUTC(), List.of(BuiltInToken.admin(ADMIN)));
    }

    private Changelog changelog(Database database) {
        Changelog changelog = Changelog.open(database, Clock.systemUTC());
        changelogs.add(changelog);
        return changelog;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still not so").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
