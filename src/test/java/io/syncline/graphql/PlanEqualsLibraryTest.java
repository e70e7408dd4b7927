package io.syncline.graphql;

import static io.syncline.graphql.GraphqlFixture.withoutCursors;
import static org.assertj.core.api.Assertions.assertThat;

import graphql.schema.GraphQLObjectType;
import io.syncline.changelog.Observed;
import io.syncline.integration.EntityTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class PlanEqualsLibraryTest {

    private static final String SDL = """
            enum Shade { Dark Light }

            type Thing @entity {
              id: ID!
              text: String
              needed: String!
              count: Int
              neededCount: Int!
              ratio: Float
              flag: Boolean
              big: BigInt
              neededBig: BigInt!
              uuid: UUID
              at: DateTime
              day: Date
              price: Decimal
              free: JSON
              shade: Shade
              neededShade: Shade!
              tags: [String!]
              neededTags: [String]!
              shades: [Shade]
              strictShades: [Shade!]
              matrix: [[Int!]!]
              part: Part
              neededPart: Part!
              parts: [Part!]!
              freeParts: [JSON]
            }

            type Part {
              name: String
              neededName: String!
              size: Int
              big: BigInt
              inner: Part
              more: [Part]
            }

            type Other @entity { id: ID! }
            """;

    private static Path folder;
    private static GraphqlFixture fixture;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("plan");
        Path source = Files.createDirectories(folder.resolve("sources/things"));
        Files.writeString(source.resolve("entities.graphqls"), SDL);
        fixture =
                GraphqlFixture.in(folder, EntityTypes.load(folder.resolve("sources")), GraphqlSettings.defaults(true));
    }

    @AfterContainer
    static void close() throws IOException {
        fixture.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void aPlanWritesTheBytesThatTheLibraryWrites(@ForAll long seed) {
        RandomQueries random = new RandomQueries(seed, false);
        String query = asked(random);

        assertThat(fixture.askPlan(query, Map.of()).map(GraphqlFixture::withoutCursors))
                .as(query)
                .contains(withoutCursors(fixture.askLibrary(query, Map.of())));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void whatDoesNotFitItsTypeIsAnsweredAlikeOnBothWays(@ForAll long seed) {
        RandomQueries random = new RandomQueries(seed, true);
        String query = asked(random);

        assertThat(withoutCursors(fixture.ask(query, Map.of())))
                .as(query)
                .isEqualTo(withoutCursors(fixture.askLibrary(query, Map.of())));
    }

    /** Fills an integration of its own, and gives a query for it. */
    private static String asked(RandomQueries random) {
        GraphQLObjectType type = fixture.engine().schema().schema().getObjectType("Thing");
        String integrationId = UUID.randomUUID().toString();
        List<Observed> observed = new ArrayList<>();
        for (int id = 0; id < 4; id++) {
            observed.add(GraphqlFixture.present("Thing", random.entity(type, "thing \"" + id + "\" \u00e9")));
        }
        fixture.append(integrationId, observed);
        fixture.delete(integrationId, "Thing", "thing \"0\" \u00e9");
        return random.query(type, integrationId);
    }
}
