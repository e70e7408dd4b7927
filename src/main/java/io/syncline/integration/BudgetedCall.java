package io.syncline.integration;

import java.io.IOException;
import java.util.Optional;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/** Counts each request in its credential's budget, and lets the answer feed it. */
final class BudgetedCall implements ExecChainHandler {

    private final Budgets budgets;

    BudgetedCall(Budgets budgets) {
        this.budgets = budgets;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Optional<Budget> budget = budgets.of(request);
        if (budget.isEmpty()) {
            return chain.proceed(request, scope);
        }
        budget.get().take();
        ClassicHttpResponse response = null;
        try {
            response = chain.proceed(request, scope);
            return response;
        } finally {
            if (response == null) {
                budget.get().failed();
            } else {
                budget.get().answered(response);
            }
        }
    }
}
