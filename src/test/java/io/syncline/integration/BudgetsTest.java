package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.operations.TestClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;

/** Which requests count together. */
final class BudgetsTest {

    private static final String URL = "https://api.example.com/v1";

    @Test
    void countsACredentialTogetherHoweverItIsShown() {
        Budgets budgets = budgets(integration("a", "token", "s3cret"), integration("b", "apiKey", "s3cret"));
        Budget budget = budgets.of(request("Authorization", "Bearer s3cret")).orElseThrow();

        assertThat(budgets.of(request("X-API-Key", "s3cret"))).containsSame(budget);
        assertThat(budgets.of(request("Authorization", basic("s3cret:x")))).containsSame(budget);
        assertThat(budgets.of(request("Authorization", basic("me@example.com/token:s3cret"))))
                .containsSame(budget);
        assertThat(budgets.of(new BasicHttpRequest("GET", URI.create(URL + "?page=2&api_key=s3cret"))))
                .containsSame(budget);
        assertThat(budgets.of(request("Authorization", "Bearer other"))).isEmpty();
        assertThat(budgets.of(new BasicHttpRequest("GET", URI.create("https://other.example.com/?k=s3cret"))))
                .isEmpty();
    }

    @Test
    void tellsUsersWithTheSamePasswordApart() {
        Budgets budgets = budgets(
                integration("a", "user", "ann", "password", "s3cret"),
                integration("b", "user", "bob", "password", "s3cret"),
                integration("c", "user", "bob", "password", "s3cret"));
        Budget ann = budgets.of(request("Authorization", basic("ann:s3cret"))).orElseThrow();
        Budget bob = budgets.of(request("Authorization", basic("bob:s3cret"))).orElseThrow();
        assertThat(ann).isNotSameAs(bob);

        bob.take();
        bob.answered(throttled(60));

        assertThat(budgets.waitBefore("a")).isEmpty();
        assertThat(budgets.waitBefore("b")).hasValueSatisfying(BudgetsTest::isAboutAMinute);
        assertThat(budgets.waitBefore("c")).hasValueSatisfying(BudgetsTest::isAboutAMinute);
    }

    @Test
    void believesTheLeastOfAnswersThatComeInAnotherOrder() {
        TestClock clock = new TestClock();
        Budget budget = new Budget(clock);
        for (int request = 0; request < 3; request++) {
            budget.take();
        }
        budget.answered(left(0, 10));
        budget.answered(left(1, 10));
        budget.answered(left(2, 9));
        assertThatThrownBy(budget::take).isInstanceOf(SyncFailure.Throttled.class);

        clock.pass(Duration.ofSeconds(10));
        budget.take();
        budget.take();
        budget.answered(left(0, 9));
        budget.answered(left(2, 20));
        budget.take();
        budget.take();
        assertThat(budget.promise()).isPresent();
    }

    @Test
    void takesASpanThatBeganEarlierThanItWasExpected() {
        TestClock clock = new TestClock();
        Budget budget = new Budget(clock);
        budget.take();
        budget.answered(left(1, 2));
        budget.take();
        budget.answered(left(5, 30));

        assertThat(budget.promise()).isEmpty();
    }

    @Test
    void asksFreelyAgainOnceAnUpstreamThatThrottledTellsOfNoLimit() {
        TestClock clock = new TestClock();
        Budget budget = new Budget(clock);
        budget.take();
        budget.answered(throttled(5));
        assertThat(budget.promise()).isPresent();

        clock.pass(Duration.ofSeconds(5));
        assertThat(budget.promise()).isEmpty();
        budget.take();
        budget.answered(new BasicHttpResponse(200));

        assertThat(budget.promise()).isEmpty();
        assertThat(budget.promise()).isEmpty();
    }

    @Test
    void takesAllThatIsLeftOnceTheFirstAnswerAfterAThrottleTellsOfIt() {
        TestClock clock = new TestClock();
        Budget budget = new Budget(clock);
        budget.take();
        budget.answered(throttled(5));
        clock.pass(Duration.ofSeconds(5));
        budget.take();
        assertThat(budget.promise())
                .as("before anything is told of the new span")
                .isPresent();

        BasicHttpResponse answer = new BasicHttpResponse(200);
        answer.setHeader("RateLimit-Remaining", "3");
        answer.setHeader("RateLimit-Reset", "60");
        budget.answered(answer);

        for (int request = 0; request < 3; request++) {
            assertThat(budget.promise()).isEmpty();
        }
        assertThat(budget.promise()).isPresent();
    }

    @Test
    void asksAgainWhenWhatWasPromisedIsNeverAskedOrNeverAnswered() {
        TestClock clock = new TestClock();
        Budget budget = new Budget(clock);
        budget.take();
        budget.answered(throttled(5));
        clock.pass(Duration.ofSeconds(5));
        assertThat(budget.promise()).as("for a job that is stopped then").isEmpty();
        assertThat(budget.promise()).isPresent();

        clock.pass(Duration.ofSeconds(5));
        assertThat(budget.promise()).isEmpty();
        budget.take();
        assertThat(budget.promise()).isEmpty();
        budget.take();
        assertThat(budget.promise()).as("two that are not answered").isPresent();

        clock.pass(Duration.ofSeconds(5));
        assertThat(budget.promise()).isEmpty();
    }

    private static BasicHttpResponse throttled(int seconds) {
        BasicHttpResponse response = new BasicHttpResponse(429);
        response.setHeader("Retry-After", Integer.toString(seconds));
        return response;
    }

    private static BasicHttpResponse left(int remaining, int seconds) {
        BasicHttpResponse response = new BasicHttpResponse(200);
        response.setHeader("RateLimit-Remaining", Integer.toString(remaining));
        response.setHeader("RateLimit-Limit", "3");
        response.setHeader("RateLimit-Reset", Long.toString(1_772_366_400L + seconds));
        return response;
    }

    @Test
    void bearsWhatIsNoCredential() {
        Budgets budgets = budgets(integration("a", "token", "s3cret"));

        assertThat(budgets.of(request("Authorization", "Basic %%%"))).isEmpty();
        assertThat(budgets.of(request("Authorization", "Basic"))).isEmpty();
        assertThat(budgets.of(request("Authorization", ""))).isEmpty();
    }

    private static void isAboutAMinute(Duration wait) {
        assertThat(wait).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61));
    }

    private static Budgets budgets(IntegrationSettings... integrations) {
        return new Budgets(Arrays.asList(integrations), Clock.systemUTC());
    }

    private static IntegrationSettings integration(String id, String... parameters) {
        Map<String, String> all = new HashMap<>(Map.of("url", URL));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return new IntegrationSettings(
                id, "any", id, true, new Schedule.Interval(Duration.ofHours(1)), Map.copyOf(all));
    }

    private static BasicHttpRequest request(String header, String value) {
        BasicHttpRequest request = new BasicHttpRequest("GET", URI.create(URL));
        request.setHeader(header, value);
        return request;
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
