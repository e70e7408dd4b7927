package io.syncline.integration;

import java.io.IOException;

/** An upstream's answer is larger than is read. */
final class AnswerTooLargeException extends IOException {

    AnswerTooLargeException(int most) {
        super("the answer is larger than " + most / (1024 * 1024) + " MB");
    }
}
