package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {

    private static final Map<String, String> ACME = Map.of(
            "syncline.integration.acme.source", "letsbuild",
            "syncline.integration.acme.url", "https://acme.example/graphql",
            "syncline.integration.acme.token", "from-file");

    @TempDir
    private Path folder;

    @Test
    void hasDefaultsWithoutAFile() {
        Settings settings = Settings.read(folder.resolve("application.properties"), Map.of(), Map.of());

        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.database().url()).isEqualTo("jdbc:sqlite:" + Path.of("data", "syncline.db"));
        assertThat(settings.sandbox().enabled()).isFalse();
        assertThat(settings.integrations()).isEmpty();
    }

    @Test
    void readsTheFileAsUtf8() throws IOException {
        Path file = Files.writeString(
                folder.resolve("application.properties"),
                "syncline.integration.acme.source = letsbuild\nsyncline.integration.acme.name = Ærø \\u00e9\n");

        assertThat(Settings.read(file, Map.of(), Map.of()).integrations())
                .extracting(IntegrationSettings::name)
                .containsExactly("Ærø é");
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(
                folder.resolve("application.properties"), "syncline.host=Ærø".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> Settings.read(file, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("is not UTF-8");
    }

    @Test
    void environmentBeatsFileAndSystemPropertyBeatsBoth() throws IOException {
        Path file = Files.writeString(
                folder.resolve("application.properties"), "syncline.port=1001\nsyncline.db.user=file\n");
        Map<String, String> environment = Map.of("SYNCLINE_PORT", "1002", "SYNCLINE_SANDBOX_CHANGES_PER_SECOND", "7");

        assertThat(Settings.read(file, Map.of(), Map.of()).port()).isEqualTo(1001);
        Settings overridden = Settings.read(file, environment, Map.of());
        assertThat(overridden.port()).isEqualTo(1002);
        assertThat(overridden.database().user()).isEqualTo("file");
        assertThat(overridden.sandbox().changesPerSecond()).isEqualTo(7);
        assertThat(Settings.read(file, environment, Map.of("syncline.port", "1003"))
                        .port())
                .isEqualTo(1003);
    }

    @Test
    void namesTheNearestPropertyForOneThatIsNotKnown() {
        assertThatThrownBy(() -> Settings.of(Map.of("syncline.sandbox.changes-per-secnd", "5")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("syncline.sandbox.changes-per-secnd is not a known property;"
                        + " did you mean syncline.sandbox.changes-per-second?");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> Settings.of(Map.of(
                        "syncline.port", "70000",
                        "syncline.sandbox", "yes",
                        "syncline.integration.acme.interval", "0",
                        "syncline.integration.acme.source", "letsbuild",
                        "syncline.integration.Acme!.source", "letsbuild",
                        "syncline.integration.other.url", "x")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("syncline.port is \"70000\", but must be a whole number from 0 to 65535")
                .hasMessageContaining("syncline.sandbox is \"yes\", but must be true or false")
                .hasMessageContaining(
                        "syncline.integration.acme.interval is \"0\", but must be a whole number from 1 to 2592000")
                .hasMessageContaining("syncline.integration.Acme!.source must be syncline.integration.<id>.<parameter>")
                .hasMessageContaining("syncline.integration.other.source is missing");
    }

    @Test
    void namesTheVariableThatAWrongValueComesFrom() {
        assertThatThrownBy(() ->
                        Settings.read(folder.resolve("none"), Map.of("SYNCLINE_PORT", "tcp://10.0.0.1:80"), Map.of()))
                .hasMessageContaining("syncline.port (from SYNCLINE_PORT) is \"tcp://10.0.0.1:80\"");
    }

    @Test
    void keepsVariablesOfAPlatformApart() {
        Settings settings =
                Settings.read(folder.resolve("none"), Map.of("SYNCLINE_SERVICE_HOST", "10.0.0.1"), Map.of());

        assertThat(settings.unknownVariables()).containsExactly("SYNCLINE_SERVICE_HOST");
    }

    @Test
    void readsAnIntegration() {
        assertThat(Settings.of(ACME).integrations()).singleElement().satisfies(integration -> {
            assertThat(integration.id()).isEqualTo("acme");
            assertThat(integration.name()).isEqualTo("acme");
            assertThat(integration.enabled()).isTrue();
            assertThat(integration.schedule()).isEqualTo(new Schedule.Interval(Duration.ofSeconds(60)));
            assertThat(integration.parameters())
                    .isEqualTo(Map.of("url", "https://acme.example/graphql", "token", "from-file"));
        });
    }

    @Test
    void takesAnIntegrationsSecretFromTheEnvironment() throws IOException {
        StringBuilder text = new StringBuilder();
        ACME.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        text.append("syncline.integration.acme-north.source=letsbuild\n");
        Path file = Files.writeString(folder.resolve("application.properties"), text);

        Settings settings = Settings.read(
                file,
                Map.of("SYNCLINE_INTEGRATION_ACME_TOKEN", "a", "SYNCLINE_INTEGRATION_ACME_NORTH_TOKEN", "b"),
                Map.of());

        assertThat(settings.integrations())
                .extracting(integration -> integration.parameters().get("token"))
                .containsExactly("a", "b");
        assertThat(settings.unknownVariables()).isEmpty();
    }

    @Test
    void makesAnIntegrationFromTheEnvironmentAlone() {
        Settings settings = Settings.read(
                folder.resolve("none"),
                Map.of(
                        "SYNCLINE_INTEGRATION_BIG_SITE_SOURCE", "letsbuild",
                        "SYNCLINE_INTEGRATION_BIG_SITE_URL", "https://big.example",
                        "SYNCLINE_INTEGRATION_BIG_SITE_CRON", "0 0 3 * * ?"),
                Map.of());

        assertThat(settings.integrations()).singleElement().satisfies(integration -> {
            assertThat(integration.id()).isEqualTo("big-site");
            assertThat(integration.schedule()).isEqualTo(new Schedule.Cron("0 0 3 * * ?"));
            assertThat(integration.parameters()).isEqualTo(Map.of("url", "https://big.example"));
        });
    }

    @Test
    void refusesAnIntervalBesideACronAndACronThatIsNone() {
        assertThatThrownBy(() -> Settings.of(Map.of(
                        "syncline.integration.a.source", "letsbuild",
                        "syncline.integration.a.cron", "every day",
                        "syncline.integration.a.interval", "5")))
                .hasMessageContaining("are both set")
                .hasMessageContaining(
                        "syncline.integration.a.cron is \"every day\", but must be a Quartz cron expression");
    }

    @Test
    void hasTheSandboxsIntegrationOfItselfAndLetsItBeChanged() {
        Settings settings = Settings.of(Map.of(
                "syncline.sandbox", "true",
                "syncline.sandbox.port", "9999",
                "syncline.integration.letsbuild-sandbox.interval", "1"));

        assertThat(settings.integrations())
                .filteredOn(integration -> integration.id().equals("letsbuild-sandbox"))
                .singleElement()
                .satisfies(integration -> {
                    assertThat(integration.source()).isEqualTo("letsbuild");
                    assertThat(integration.schedule()).isEqualTo(new Schedule.Interval(Duration.ofSeconds(1)));
                    assertThat(integration.parameters())
                            .containsEntry("url", "http://127.0.0.1:9999/letsbuild/graphql");
                });
    }

    @Test
    void choosesAFreePortForZero() {
        assertThat(Settings.of(Map.of("syncline.port", "0")).port()).isPositive();
    }

    @Test
    void neverPrintsASecret() {
        Settings settings = Settings.of(Map.of(
                "syncline.admin.token", "s3cret-a",
                "syncline.db.password", "s3cret-b",
                "syncline.integration.acme.source", "letsbuild",
                "syncline.integration.acme.token", "s3cret-c"));

        assertThat(settings.toString()).doesNotContain("s3cret");
    }

    @Test
    void handsCamelItsOwnProperties() {
        assertThat(Settings.of(Map.of("camel.main.name", "x")).camel()).isEqualTo(Map.of("camel.main.name", "x"));
    }
}
