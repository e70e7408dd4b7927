package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What is said to be written as it is stored is copied without being looked at again, so it must be just what would be written. */
class AsStoredTest {

    private static final ObjectShape ADDRESS = object(Map.of("city", new Shape.Text(), "zip", new Shape.Whole()));
    private static final ObjectShape LEAD = object(Map.of(
            "address", ADDRESS,
            "created_at", new Shape.Moment(),
            "custom_fields", new Shape.CustomFields(),
            "hot", new Shape.Truth(),
            "id", new Shape.Whole(),
            "name_of_lead", new Shape.Text(),
            "score", new Shape.Numeric(),
            "tags", new Shape.ListOf(new Shape.Text(), true),
            "value", new Shape.Decimal()));
    private static final List<Shape> SHAPES = List.of(
            new Shape.Any(),
            new Shape.Text(),
            new Shape.Whole(),
            new Shape.Numeric(),
            new Shape.Truth(),
            new Shape.Moment(),
            new Shape.Day(),
            new Shape.Decimal(),
            new Shape.CustomFields(),
            new Shape.ListOf(new Shape.Text(), true),
            new Shape.ListOf(new Shape.Whole(), false),
            ADDRESS,
            LEAD);

    private static ObjectShape object(Map<String, Shape> members) {
        ObjectShape object = new ObjectShape();
        object.members(members.entrySet().stream()
                .map(member -> new ObjectShape.Member(member.getKey(), member.getValue()))
                .toList());
        return object;
    }

    @Property(tries = 3_000)
    void isWhatWouldBeWritten(@ForAll("values") String value) {
        for (Shape shape : SHAPES) {
            for (String after : List.of("", ",", "}", "]", ",\"x\":\"12345678\"}")) {
                byte[] json = (value + after).getBytes(StandardCharsets.UTF_8);
                int end = value.getBytes(StandardCharsets.UTF_8).length;
                int asStored = shape.afterAsStored(json, 0);
                assertThat(asStored).isIn(JsonScan.NONE, end);
                if (asStored == end) {
                    assertThat(isLeftOutOrReplaced(shape, json)).isFalse();
                    if (!JsonScan.isNull(json, 0)) {
                        assertThat(written(shape, json, end)).isEqualTo(value);
                    }
                }
            }
        }
    }

    private static boolean isLeftOutOrReplaced(Shape shape, byte[] json) {
        return shape.isLeftOut(json, 0)
                || (JsonScan.isNull(json, 0) && !shape.absent().isEmpty());
    }

    private static String written(Shape shape, byte[] json, int end) {
        PageBytes out = new PageBytes(0);
        try {
            shape.write(json, 0, end, out);
        } catch (UnservableException e) {
            throw new AssertionError(e);
        }
        return StandardCharsets.UTF_8.decode(out.toBuffer()).toString();
    }

    @Provide
    static Arbitrary<String> values() {
        return scalars()
                .flatMap(one -> Arbitraries.oneOf(
                        Arbitraries.just(one),
                        scalars().list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]"),
                        leads()));
    }

    private static Arbitrary<String> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.of("null", "true", "false", "0", "-0", "7", "-12", "1.50", "1e3", "9223372036854775808"),
                Arbitraries.of("\"2014-08-27T16:32:56Z\"", "\"2014-08-27T16:32:56\"", "\"2014-08-27\"", "\"\""),
                Arbitraries.of("\"1000.99\"", "\"1e3\"", "\"01\"", "\"1.\"", "\"-5\"", "\"9007199254740993\""),
                Arbitraries.of(
                        "{}", "[]", "{\"a\":1}", "{\"a\":[\"1\",{\"b\":true}]}", "{\"city\":\"Oslo\",\"zip\":7}"),
                Arbitraries.strings()
                        .withChars('a', 'é', ' ', ',', '}')
                        .ofMaxLength(20)
                        .map(text -> '"' + text + '"'),
                Arbitraries.of("\\\"", "\\\\", "\\u0022", "abcdefg", "é")
                        .list()
                        .ofMaxSize(5)
                        .map(parts -> '"' + String.join("", parts) + '"'));
    }

    /** Some members of a lead and some that are not declared, in their order. */
    private static Arbitrary<String> leads() {
        List<String> names = List.of(
                "a",
                "address",
                "created_at",
                "custom_fields",
                "hot",
                "id",
                "name_of_lead",
                "score",
                "tags",
                "u",
                "value");
        return Arbitraries.subsetOf(names)
                .flatMap(some -> scalars().list().ofSize(some.size()).map(values -> {
                    List<String> sorted = some.stream().sorted().toList();
                    StringBuilder lead = new StringBuilder("{");
                    for (int at = 0; at < sorted.size(); at++) {
                        lead.append(at == 0 ? "\"" : ",\"")
                                .append(sorted.get(at))
                                .append("\":")
                                .append(values.get(at));
                    }
                    return lead.append('}').toString();
                }));
    }

    /** Members are looked for first where they were last time, which must not make any of them be missed. */
    @Test
    void doesNotDependOnWhatWasLookedAtBefore() {
        ObjectShape used = few();
        for (String lead : leads().list().ofSize(2_000).sample()) {
            byte[] json = lead.getBytes(StandardCharsets.UTF_8);

            assertThat(used.afterAsStored(json, 0)).isEqualTo(few().afterAsStored(json, 0));
        }
    }

    private static ObjectShape few() {
        return object(Map.of(
                "address", new Shape.Text(),
                "id", new Shape.Whole(),
                "tags", new Shape.ListOf(new Shape.Text(), true)));
    }
}
