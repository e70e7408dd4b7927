package io.syncline;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the house: which room may know which, as docs/architecture.md has them. */
@AnalyzeClasses(packages = "io.syncline", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule storageKnowsNoOtherRoom = noClasses()
            .that()
            .resideInAPackage("io.syncline.storage..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.syncline..").and(not(resideInAPackage("io.syncline.storage.."))));

    @ArchTest
    static final ArchRule changelogKnowsOnlyStorage = noClasses()
            .that()
            .resideInAPackage("io.syncline.changelog..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.syncline..")
                    .and(not(resideInAnyPackage("io.syncline.changelog..", "io.syncline.storage.."))));

    @ArchTest
    static final ArchRule changelogKnowsNoCamelAndNoGraphql = noClasses()
            .that()
            .resideInAnyPackage("io.syncline.changelog..", "io.syncline.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "io.vertx..", "graphql..");

    @ArchTest
    static final ArchRule httpKnowsOnlyStorage = noClasses()
            .that()
            .resideInAPackage("io.syncline.http..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.syncline..")
                    .and(not(resideInAnyPackage("io.syncline.http..", "io.syncline.storage.."))));

    @ArchTest
    static final ArchRule protocolsDoNotKnowEachOther = slices().matching("io.syncline.(graphql|feed|sell)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobodyKnowsAProtocolButTheMain = noClasses()
            .that()
            .resideInAPackage("io.syncline.(*)..")
            .and()
            .resideOutsideOfPackages("io.syncline.graphql..", "io.syncline.feed..", "io.syncline.sell..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.syncline.graphql..", "io.syncline.feed..", "io.syncline.sell..");

    @ArchTest
    static final ArchRule pullingAndServingMeetOnlyInTheChangelog = noClasses()
            .that()
            .resideInAnyPackage("io.syncline.graphql..", "io.syncline.feed..", "io.syncline.sell..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.syncline.job..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule sandboxIsAnIndependentOracle = noClasses()
            .that()
            .resideInAPackage("io.syncline.sandbox..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.syncline..").and(not(resideInAPackage("io.syncline.sandbox.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheMainKnowsTheSandbox = noClasses()
            .that()
            .resideInAPackage("io.syncline.(*)..")
            .and()
            .resideOutsideOfPackage("io.syncline.sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.syncline.sandbox..");

    @ArchTest
    static final ArchRule onlyStorageTouchesPoolMigrationsAndSqlite = noClasses()
            .that()
            .resideOutsideOfPackage("io.syncline.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..", "com.zaxxer.hikari..", "org.flywaydb..");

    /** COPY and NOTIFY, which JDBC does not know, are the changelog's own ways. */
    @ArchTest
    static final ArchRule onlyStorageAndChangelogTouchPostgresql = noClasses()
            .that()
            .resideOutsideOfPackages("io.syncline.storage..", "io.syncline.changelog..")
            // Where PostgreSQL is an upstream.
            .and()
            .haveNameNotMatching(".*\\.UpstreamConnections.*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.postgresql..");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("io.syncline.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyPrints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule oneLoggingApi = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule exceptionsSayWhatTheyAre = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule noStateIsStatic = fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule noCatchAllNames = classes()
            .should()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager");
}
