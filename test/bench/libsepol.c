/*
 * Bench-only peer: how many access decisions a second Debian's libsepol takes. Reads a kernel policy and a file of
 * questions (source context, target context, class; tab-separated), computes all decisions ROUNDS times and prints
 * the best rate in decisions a second, and a checksum. Declares what it uses, so that no development package is needed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sepol_av_decision {
	uint32_t allowed, decided, auditallow, auditdeny, seqno;
};
int sepol_set_policydb_from_file(FILE *file);
int sepol_context_to_sid(const char *context, size_t length, uint32_t *sid);
int sepol_string_to_security_class(const char *name, uint16_t *tclass);
int sepol_compute_av(uint32_t source, uint32_t target, uint16_t tclass, uint32_t requested,
		     struct sepol_av_decision *decision);

enum { ROUNDS = 2, MOST = 1 << 20 };

static uint32_t source[MOST], target[MOST];
static uint16_t tclass[MOST];

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	FILE *policy = argc > 2 ? fopen(argv[1], "r") : NULL;
	FILE *questions = argc > 2 ? fopen(argv[2], "r") : NULL;
	char line[8192];
	int count = 0;
	double best = 1e9;
	unsigned long sum = 0;

	if (!policy || !questions || sepol_set_policydb_from_file(policy) < 0)
		return 2;
	while (count < MOST && fgets(line, sizeof line, questions)) {
		char *from = strtok(line, "\t\n"), *to = strtok(NULL, "\t\n"), *name = strtok(NULL, "\t\n");
		if (!from || !to || !name || sepol_context_to_sid(from, strlen(from) + 1, &source[count]) < 0 ||
		    sepol_context_to_sid(to, strlen(to) + 1, &target[count]) < 0 ||
		    sepol_string_to_security_class(name, &tclass[count]) < 0)
			continue;
		count++;
	}
	for (int round = 0; round < ROUNDS; round++) {
		double start = now();
		sum = 0;
		for (int i = 0; i < count; i++) {
			struct sepol_av_decision decision;
			if (sepol_compute_av(source[i], target[i], tclass[i], 0, &decision) == 0)
				sum += decision.allowed & 1;
		}
		double time = now() - start;
		if (time < best)
			best = time;
	}
	printf("%d %.0f %lu\n", count, count / best, sum);
	return 0;
}
