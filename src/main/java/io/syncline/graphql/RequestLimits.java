package io.syncline.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an operation asks for, measured once: its root fields, its depth, and what its complexity is made of. Of a valid operation only, so
 * that fragments end. A fragment is measured once however often it is used, so that measuring costs no more than parsing did.
 */
final class RequestLimits {

    /** A part of the complexity: so many fields on each change, for as many changes as an argument says. */
    private record PageCost(Value<?> limit, long fields) {}

    private record Measure(int depth, long fields) {}

    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<String, Measure> measured = new HashMap<>();
    private final Map<String, Value<?>> defaults = new HashMap<>();
    private final Set<String> rootKeys = new HashSet<>();
    private final List<PageCost> costs = new ArrayList<>();
    private int depth;
    private boolean introspects;

    private RequestLimits() {}

    static RequestLimits of(Document document, OperationDefinition operation) {
        RequestLimits limits = new RequestLimits();
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> limits.fragments.put(fragment.getName(), fragment));
        operation.getVariableDefinitions().forEach(variable -> {
            if (variable.getDefaultValue() != null) {
                limits.defaults.put(variable.getName(), variable.getDefaultValue());
            }
        });
        limits.measureRoot(operation.getSelectionSet(), new HashSet<>());
        return limits;
    }

    /**
     * Refuses what asks for too much whatever its variables are.
     *
     * @throws GraphqlException naming the limit
     */
    void check(GraphqlSettings settings) {
        if (introspects && !settings.introspection()) {
            throw refused("Introspection is switched off (syncline.graphql.introspection)");
        }
        if (rootKeys.size() > settings.maxRootFields()) {
            throw refused("The operation has " + rootKeys.size() + " root fields; at most " + settings.maxRootFields()
                    + " are allowed (syncline.graphql.max-root-fields)");
        }
        if (depth > settings.maxDepth()) {
            throw refused("The operation is " + depth + " fields deep; at most " + settings.maxDepth()
                    + " are allowed (syncline.graphql.max-depth)");
        }
    }

    /**
     * Refuses what asks for too much with these variables.
     *
     * @throws GraphqlException naming the limit
     */
    void check(GraphqlSettings settings, Map<String, Object> variables) {
        long complexity = 0;
        for (PageCost cost : costs) {
            complexity = plus(complexity, times(limit(cost.limit(), variables), cost.fields()));
        }
        if (complexity > settings.maxComplexity()) {
            throw refused("The operation has a complexity of " + complexity + " (changes times fields); at most "
                    + settings.maxComplexity() + " is allowed (syncline.graphql.max-complexity)");
        }
    }

    private static GraphqlException refused(String message) {
        return new GraphqlException(ErrorCode.GRAPHQL_VALIDATION_FAILED, message);
    }

    private void measureRoot(SelectionSet selections, Set<String> visited) {
        for (Selection<?> selection : selections.getSelections()) {
            if (selection instanceof Field field) {
                measureRoot(field);
            } else if (selection instanceof InlineFragment fragment) {
                measureRoot(fragment.getSelectionSet(), visited);
            } else if (selection instanceof FragmentSpread spread && visited.add(spread.getName())) {
                measureRoot(fragments.get(spread.getName()).getSelectionSet(), visited);
            }
        }
    }

    private void measureRoot(Field field) {
        rootKeys.add(field.getResultKey());
        if (field.getName().equals("__schema") || field.getName().equals("__type")) {
            // How far these go is for the library's own limits on introspection.
            introspects = true;
        } else if (field.getSelectionSet() != null) {
            Measure page = measure(field.getSelectionSet());
            depth = Math.max(depth, page.depth() + 1);
            Value<?> limit = field.getArguments().stream()
                    .filter(argument -> argument.getName().equals("limit"))
                    .<Value<?>>map(argument -> argument.getValue())
                    .findFirst()
                    .orElse(IntValue.of(SyncSchema.DEFAULT_LIMIT));
            costs.add(new PageCost(limit, page.fields()));
        } else {
            depth = Math.max(depth, 1);
        }
    }

    private Measure measure(SelectionSet selections) {
        int deepest = 0;
        long fields = 0;
        for (Selection<?> selection : selections.getSelections()) {
            Measure inner = new Measure(0, 0);
            if (selection instanceof Field field) {
                Measure below = field.getSelectionSet() == null ? inner : measure(field.getSelectionSet());
                inner = new Measure(below.depth() + 1, plus(below.fields(), 1));
            } else if (selection instanceof InlineFragment fragment) {
                inner = measure(fragment.getSelectionSet());
            } else if (selection instanceof FragmentSpread spread) {
                inner = measured(spread.getName());
            }
            deepest = Math.max(deepest, inner.depth());
            fields = plus(fields, inner.fields());
        }
        return new Measure(deepest, fields);
    }

    private Measure measured(String fragment) {
        Measure known = measured.get(fragment);
        if (known == null) {
            known = measure(fragments.get(fragment).getSelectionSet());
            measured.put(fragment, known);
        }
        return known;
    }

    /** What is no good limit fails when the field is run, before anything is read, so it counts as the default. */
    private long limit(Value<?> limit, Map<String, Object> variables) {
        if (limit instanceof VariableReference reference) {
            Object given = variables.get(reference.getName());
            if (given instanceof Number number) {
                return Math.max(1, Math.min(SyncSchema.MAX_LIMIT, number.longValue()));
            }
            Value<?> otherwise = variables.containsKey(reference.getName()) ? null : defaults.get(reference.getName());
            return otherwise instanceof IntValue ? limit(otherwise, variables) : SyncSchema.DEFAULT_LIMIT;
        }
        if (limit instanceof IntValue number) {
            return number.getValue().bitLength() > 31
                    ? 1
                    : Math.max(
                            1, Math.min(SyncSchema.MAX_LIMIT, number.getValue().longValue()));
        }
        return SyncSchema.DEFAULT_LIMIT;
    }

    private static long plus(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static long times(long one, long other) {
        return other > Long.MAX_VALUE / one ? Long.MAX_VALUE : one * other;
    }
}
