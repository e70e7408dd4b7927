package io.syncline;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is said once it serves: where, what it pulls, and what to try next. */
final class Welcome {

    private Welcome() {}

    static List<String> lines(Settings settings, Duration took) {
        List<String> lines = new ArrayList<>();
        String url = "http://" + reachable(settings.host()) + ":" + settings.port();
        lines.add(String.format(
                Locale.ROOT,
                "Syncline serves %s, started in %.1f s, its data is in %s",
                url,
                took.toMillis() / 1000.0,
                settings.data().toAbsolutePath().normalize()));
        if (settings.sandbox().enabled()) {
            lines.add("The sandbox's upstreams are at http://127.0.0.1:"
                    + settings.sandbox().port());
        }
        if (settings.integrations().isEmpty()) {
            lines.add(
                    "No integration is configured yet: add one to application.properties, docs/operating.md says how");
        }
        for (IntegrationSettings integration : settings.integrations()) {
            lines.add(integration.id() + ": " + integration.name() + ", by the source " + integration.source() + ", "
                    + (integration.enabled() ? schedule(integration.schedule()) : "disabled"));
        }
        lines.add("Try: curl -s " + url + "/observe/health");
        lines.add(
                "Try: curl -s -H \"Authorization: Bearer " + token(settings) + "\" '" + url + "/api/changes?limit=2'");
        if (settings.sandbox().enabled()) {
            lines.add("Try: " + url + "/graphiql in a browser");
        }
        return lines;
    }

    /** What a client on this machine connects to where the server listens on every address. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "::", "[::]" -> "127.0.0.1";
            default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        };
    }

    private static String schedule(Schedule schedule) {
        if (schedule instanceof Schedule.Interval interval) {
            return "every " + interval.every().toSeconds() + " s";
        }
        return "at " + ((Schedule.Cron) schedule).expression();
    }

    /** The sandbox's token is no secret; an administrator's is shown only by where it is. */
    private static String token(Settings settings) {
        if (settings.sandbox().enabled()) {
            return Settings.SANDBOX_TOKEN;
        }
        if (settings.adminToken().isPresent()) {
            return "$SYNCLINE_ADMIN_TOKEN";
        }
        Path file = settings.data().resolve("admin-token").toAbsolutePath().normalize();
        return "$(cat '" + file + "')";
    }
}
