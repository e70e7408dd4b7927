package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graphql.language.ObjectTypeDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTypesTest {

    @TempDir
    private Path sources;

    @Test
    void readsThePublishedTypesOfLetsBuild() {
        EntityTypes types = EntityTypes.load(Path.of("routes/sources"));

        EntityType form = types.find("form").orElseThrow();
        assertThat(form)
                .isEqualTo(new EntityType(
                        "Form", "Form", "letsbuild", "id", Optional.of("projectId"), Optional.of("sequenceVersion")));
        assertThat(form.syncField()).isEqualTo("formSync");
        assertThat(types.all())
                .extracting(EntityType::name)
                .contains("Project", "Form", "Point", "ContactDetails")
                .doesNotContain("Country", "PointStatus");
        assertThat(types.definitions().types()).containsKeys("PointStatus", "FormType");
        assertThat(types.definitions()
                        .getTypeOrNull("Project", ObjectTypeDefinition.class)
                        .getDirectives())
                .isEmpty();
    }

    @Test
    void namesAnEntityTypeInTheChangelogAsItsSourceWishes() throws IOException {
        declare("sell", "type Lead @entity(type: \"lead\", id: \"key\") { key: Int! tags: [String!] }");

        EntityTypes types = EntityTypes.load(sources);

        assertThat(types.find("LEAD").orElseThrow().name()).isEqualTo("lead");
        assertThat(types.find("LEAD").orElseThrow().graphqlName()).isEqualTo("Lead");
        assertThat(types.find("deal")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    type Lead @entity { name: String }                            | 1 | @entity(id: "id") names a field that Lead does not declare
                    type Lead @entity { id: String }                              | 1 | the id field id must be non-null
                    type Lead @entity(scope: "x") { id: ID! }                     | 1 | @entity(scope: "x") names a field
                    type Lead @entity(version: "x") { id: ID! }                   | 1 | @entity(version: "x") names a field
                    type Lead @entity(version: "x") { id: ID! x: String }         | 1 | the version field x must be nullable
                    type Lead @entity(key: "x") { id: ID! }                       | 1 | @entity has no argument key
                    type Lead @entity(id: 1) { id: ID! }                          | 1 | @entity(id:) must be a text
                    type Lead @entity { id: ID! ~ a: Money }                      | 2 | the field Lead.a is of the type Money, which is not declared
                    type Lead @entity { id: ID! ~ ~ a: Int a: Int }               | 3 | the field Lead.a is declared twice
                    type Lead @entity { id: ID! a(b: Int): Int }                  | 1 | the field Lead.a may not have arguments
                    type Lead @entity { id: ID! sequenceVersion: String }         | 1 | must be a BigInt
                    type Lead { a: Int } ~ type Lead { a: Int }                   | 2 | the name Lead is declared twice
                    type Query { a: Int }                                         | 1 | the name Query is reserved
                    type Lead @entity { id: ID! } ~ enum LeadChange { A }         | 2 | the name LeadChange is needed to serve Lead
                    enum A { B b }                                                | 1 | the value b is there twice
                    scalar Money                                                  | 1 | the scalar Money is not known
                    interface Node { id: ID! }                                    | 1 | only object types, enums and known scalars
                    extend type Lead { id: ID! }                                  | 1 | only object types, enums and known scalars
                    type Lead @key { id: ID! }                                    | 1 | the directive @key is not known on a type
                    type Lead ~ ~ @entity [                                       | 3 | Invalid syntax
                    """)
    void tellsFileLineAndReason(String sdl, int line, String reason) throws IOException {
        Path file = declare("sell", sdl.replace('~', '\n'));

        assertThatThrownBy(() -> EntityTypes.load(sources))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ":" + line + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void refusesANameThatAnotherSourceHas() throws IOException {
        declare("a", "type Project @entity { id: ID! }");
        Path second = declare("b", "\ntype project { id: ID! }");

        assertThatThrownBy(() -> EntityTypes.load(sources))
                .hasMessage(second + ":2: the name project is taken by the source a; "
                        + "GraphQL names are unique across sources, without regard to case");
    }

    @Test
    void refusesAnEntityTypeThatAnotherSourceHas() throws IOException {
        declare("a", "type Lead @entity(type: \"lead\") { id: ID! }");
        Path second = declare("b", "type Prospect @entity(type: \"LEAD\") { id: ID! }");

        assertThatThrownBy(() -> EntityTypes.load(sources))
                .hasMessage(second + ":1: the entity type LEAD is also declared by the source a as Lead;"
                        + " give it another name, such as one that begins with that of its source");
    }

    private Path declare(String source, String sdl) throws IOException {
        Path folder = Files.createDirectories(sources.resolve(source));
        return Files.writeString(folder.resolve("entities.graphqls"), sdl);
    }
}
