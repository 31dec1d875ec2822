/** Moves encoded events between pods; knows nobody. */
@NullMarked
@CheckReturnValue
package dev.together.broker;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
