#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define BUFFERS 4       /* shared by all tasks, for direct writes */
#define SLOTS 8         /* devices that a program numbers */
#define OWNED_MAX 4096  /* devices made so far, over all rounds */
#define KINDS_OF_ANSWERS 8
#define ANSWER_BYTES 512
#define PATH_BYTES 128
#define TRIES 500       /* of ten milliseconds each */
#define SKIPPED 77      /* what test harnesses take for "skipped" */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

enum kind {
	SHOW, STORE, READ, WRITE, DISCARD, ZEROES, OPEN, CLOSE, USE, ADD, REMOVE, SCRIBBLE, DIRECT,
	ACROSS, POKE, PEEK, PUSH_OUT, FORGET, LEFT_OUT
};

struct content { const char *bytes; int length; };  /* repeated until the page is full */

struct action {
	enum kind kind;
	const char *line;   /* as the case writes it */
	const char *model;  /* what the model answers */
	int first, count, offset;
	const char *file, *text;
	int length;
	int pages[8];       /* contents of each page */
	int fails;          /* its allocations are to fail */
};

struct task { const char *name; const struct action *actions; int count; };

/*TABLES*/

struct seen { char text[ANSWER_BYTES]; int times; };

static struct shared {
	volatile int owned[OWNED_MAX], owned_count;
	volatile int making;        /* a device may be there that is not among the owned yet */
	volatile pid_t worker;
} *shared;

static struct seen (*seen)[KINDS_OF_ANSWERS];   /* for each action, in the order of the tables */
static int slots[SLOTS], failing_is_built_in, rounds;
static unsigned char *buffers[BUFFERS], *memory;
static char backing[PATH_BYTES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t start;

static void stop(int status, const char *format, ...)
{
	va_list arguments;
	fputs("replay: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(status);
}

static void nap(void)
{
	struct timespec ten_milliseconds = { 0, 10000000 };
	nanosleep(&ten_milliseconds, NULL);
}

static int put(const char *path, const char *text, int length)
{
	int file = open(path, O_WRONLY | O_CLOEXEC), error = 0;
	if (file < 0)
		return errno;
	if (write(file, text, length) < 0)
		error = errno;
	close(file);
	return error;
}

static int get(const char *path, char *text, int size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC), error = 0, length = 0;
	if (file < 0)
		return errno;
	for (int part; length < size - 1; length += part) {
		part = read(file, text + length, size - 1 - length);
		if (part < 0)
			error = errno;
		if (part <= 0)
			break;
	}
	close(file);
	text[length] = 0;
	return error;
}

static const char *file_of(int number, const char *name, char *path)
{
	const char *folder = strcmp(name, "block_state") ? "/sys/block" : "/sys/kernel/debug/zram";
	snprintf(path, PATH_BYTES, "%s/zram%d/%s", folder, number, name);
	return path;
}

static int owns(int number)
{
	for (int n = 0; n < shared->owned_count; n++)
		if (shared->owned[n] == number)
			return 1;
	return 0;
}

/* Makes a device, and insists that it is new: nobody else's is ever touched. */
static int make_device(void)
{
	char path[PATH_BYTES], text[64], before[1 << 12] = " ";
	DIR *folder = opendir("/sys/block");
	for (struct dirent *each; folder && (each = readdir(folder));)
		if (!strncmp(each->d_name, "zram", 4) && strlen(before) < sizeof before - 32)
			sprintf(before + strlen(before), "%s ", each->d_name);
	if (folder)
		closedir(folder);
	shared->making = 1;
	int error = get("/sys/class/zram-control/hot_add", text, sizeof text);
	if (error)
		stop(2, "no device can be made: %s", strerror(error));
	int number = atoi(text);
	snprintf(text, sizeof text, " zram%d ", number);
	if (strstr(before, text))
		stop(2, "zram%d was there before: it is not ours, and is left alone", number);
	if (get(file_of(number, "disksize", path), text, sizeof text) || atol(text))
		stop(2, "zram%d has a size already: it is not ours, and is left alone", number);
	if (shared->owned_count == OWNED_MAX)
		stop(2, "too many devices");
	shared->owned[shared->owned_count++] = number;
	shared->making = 0;
	snprintf(path, sizeof path, "/dev/zram%d", number);
	for (int tries = 0; access(path, F_OK) && tries < TRIES; tries++)
		nap();
	return number;
}

static void remove_device(int number)
{
	char text[16], path[PATH_BYTES];
	snprintf(path, sizeof path, "/dev/zram%d", number);
	swapoff(path);
	snprintf(text, sizeof text, "%d", number);
	for (int tries = 0; tries < TRIES; tries++, nap())
		if (put("/sys/class/zram-control/hot_remove", text, strlen(text)) != EBUSY)
			break;
}

static void forget_device(int number)
{
	for (int n = 0; n < shared->owned_count; n++)
		if (shared->owned[n] == number)
			shared->owned[n] = shared->owned[--shared->owned_count];
}

static void remove_all(void)
{
	while (shared->owned_count)
		remove_device(shared->owned[--shared->owned_count]);
}

/* Attaches a loop device to a file that nobody else sees; it is gone when nobody uses it. */
static void attach_backing(void)
{
	char name[] = "/tmp/swapstorm-backing-XXXXXX";
	int file = mkstemp(name), control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	unlink(name);
	if (file < 0 || control < 0 || ftruncate(file, (off_t)BACKING_PAGES * PAGE))
		stop(2, "no backing device can be made: %s", strerror(errno));
	snprintf(backing, sizeof backing, "/dev/loop%d", ioctl(control, LOOP_CTL_GET_FREE));
	for (int tries = 0; access(backing, F_OK) && tries < TRIES; tries++)
		nap();
	int loop = open(backing, O_RDWR | O_CLOEXEC);
	struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR };
	if (loop < 0 || ioctl(loop, LOOP_SET_FD, file) || ioctl(loop, LOOP_SET_STATUS64, &info))
		stop(2, "no backing device can be made: %s", strerror(errno));
	close(file);
	close(control);     /* the loop device itself stays open until this process ends */
}

/* The kernel's own facilities for failing allocations, where it was built with them. */
static const char *const facilities[] = { "failslab", "fail_page_alloc" };
static const char *const attributes[] = {
	"probability", "interval", "times", "space", "verbose", "task-filter", "ignore-gfp-wait"
};
static const char *const wanted[] = { "100", "1", "-1", "0", "0", "Y", "N" };
static char former[2][7][32];
static char limit[32] = "0";        /* the mem_limit that the case has set */

static void prepare_failing(int restore)
{
	char path[PATH_BYTES];
	for (int n = 0; n < 2; n++)
		for (int m = 0; m < 7; m++) {
			snprintf(path, sizeof path, "/sys/kernel/debug/%s/%s", facilities[n], attributes[m]);
			if (restore)
				put(path, former[n][m], strlen(former[n][m]));
			else if (!get(path, former[n][m], sizeof former[n][m]))
				failing_is_built_in |= !put(path, wanted[m], strlen(wanted[m]));
		}
}

static void let_allocations_fail(int number, int on)
{
	char path[PATH_BYTES];
	if (failing_is_built_in)
		put("/proc/thread-self/make-it-fail", on ? "1" : "0", 1);
	else
		put(file_of(number, "mem_limit", path), on ? "4096" : limit, on ? 4 : strlen(limit));
}

static unsigned int crc32(const unsigned char *bytes, int length)
{
	unsigned int crc = ~0u;
	while (length--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void fill(unsigned char *page, int number)
{
	for (int at = 0; at < PAGE; at++)
		page[at] = contents[number].bytes[at % contents[number].length];
}

/* Joins the words of a file by commas; the path of our backing device is $backing. */
static void words(const char *text, char *answer)
{
	int length = 0, inside = 0;
	for (; *text && length < ANSWER_BYTES - 16; text++) {
		if (isspace((unsigned char)*text)) {
			inside = 0;
			continue;
		}
		if (!inside && length)
			answer[length++] = ',';
		inside = 1;
		if (*backing && !strncmp(text, backing, strlen(backing))) {
			length += sprintf(answer + length, "$backing");
			text += strlen(backing) - 1;
		} else
			answer[length++] = *text;
	}
	answer[length] = 0;
}

struct hand {           /* what a task has at hand */
	const struct task *task;
	int number, used, opened[16], opened_count;
	unsigned int chance;
	unsigned char *pages;
};

static int transfer(struct hand *hand, const struct action *action, char *answer)
{
	char path[PATH_BYTES];
	unsigned char *from = hand->pages;
	int error = 0, size = action->count * PAGE, device = slots[hand->used];
	unsigned long long range[2] = { (unsigned long long)action->first * PAGE, size };
	int reads = action->kind == READ, clears = action->kind == DISCARD || action->kind == ZEROES;
	snprintf(path, sizeof path, "/dev/zram%d", device);
	if (action->kind == DIRECT)
		from = buffers[action->offset];
	else if (action->kind == ACROSS)
		from += action->offset;
	for (int n = 0; !reads && !clears && action->kind != DIRECT && n < action->count; n++)
		fill(from + n * PAGE, action->pages[n]);
	int file = open(path, (reads ? O_RDONLY : O_WRONLY) | (clears ? 0 : O_DIRECT) | O_CLOEXEC);
	if (file < 0)
		return errno;
	if (action->fails)
		let_allocations_fail(device, 1);
	ssize_t done = 0;
	if (clears)
		done = ioctl(file, action->kind == DISCARD ? BLKDISCARD : BLKZEROOUT, range);
	else if (reads)
		done = pread(file, from, size, range[0]);
	else
		done = pwrite(file, from, size, range[0]);
	error = done < 0 ? errno : 0;
	if (action->fails)
		let_allocations_fail(device, 0);
	close(file);
	if (reads && !error)
		sprintf(answer, "%08x", crc32(from, done));
	return error;
}

static int add(char *answer)
{
	int slot = 0;
	pthread_mutex_lock(&lock);
	while (slot < SLOTS - 1 && slots[slot] >= 0)
		slot++;
	slots[slot] = make_device();
	pthread_mutex_unlock(&lock);
	sprintf(answer, "%d", slot);
	return 0;
}

static int take_away(int slot)
{
	char text[16];
	pthread_mutex_lock(&lock);
	int device = slot < SLOTS ? slots[slot] : -1, error = ENODEV;
	if (device >= 0 && owns(device)) {
		snprintf(text, sizeof text, "%d", device);
		error = put("/sys/class/zram-control/hot_remove", text, strlen(text));
		if (!error) {
			forget_device(device);
			slots[slot] = -1;
		}
	}
	pthread_mutex_unlock(&lock);
	return error;
}

static int keep_open(struct hand *hand)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "/dev/zram%d", slots[hand->used]);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno;
	hand->opened[hand->opened_count++] = file;
	return 0;
}

static int of_memory(const struct action *action, char *answer)
{
	unsigned char *page = memory + (long)action->first * PAGE, copy[PAGE];
	switch (action->kind) {
	case POKE:
		if (action->offset && madvise(page, PAGE, MADV_DONTNEED))
			return errno;
		fill(page, action->pages[0]);
		return 0;
	case PEEK:
		memcpy(copy, page, PAGE);
		sprintf(answer, "%08x", crc32(copy, PAGE));
		return 0;
	case PUSH_OUT:
		return madvise(page, PAGE, MADV_PAGEOUT) ? errno : 0;
	default:
		return madvise(page, PAGE, MADV_DONTNEED) ? errno : 0;
	}
}

static int of_file(int device, const struct action *action, char *answer)
{
	char path[PATH_BYTES], *text = malloc(1 << 16);
	int error;
	file_of(device, action->file, path);
	if (action->kind == SHOW) {
		error = get(path, text, 1 << 16);
		words(text, answer);
	} else if (*backing && !strcmp(action->text, "$backing"))
		error = put(path, backing, strlen(backing));
	else
		error = put(path, action->text, action->length);
	if (!error && action->kind == STORE && !strcmp(action->file, "mem_limit"))
		snprintf(limit, sizeof limit, "%s", action->text);
	free(text);
	return error;
}

static int act(struct hand *hand, const struct action *action, char *answer)
{
	int needs_device = action->kind <= ZEROES || action->kind == OPEN || action->kind == DIRECT ||
		action->kind == ACROSS;
	if (needs_device && slots[hand->used] < 0)
		return ENOENT;
	switch (action->kind) {
	case SHOW:
	case STORE:
		return of_file(slots[hand->used], action, answer);
	case OPEN:
		return keep_open(hand);
	case CLOSE:
		return hand->opened_count ? (close(hand->opened[--hand->opened_count]) ? errno : 0) : EBADF;
	case USE:
		if (action->first >= SLOTS || slots[action->first] < 0)
			return ENOENT;
		hand->used = action->first;
		return 0;
	case ADD:
		return add(answer);
	case REMOVE:
		return take_away(action->first);
	case SCRIBBLE:
		fill(buffers[action->offset], action->pages[0]);
		return 0;
	case POKE:
	case PEEK:
	case PUSH_OUT:
	case FORGET:
		if (action->fails)
			let_allocations_fail(slots[0], 1);
		int error = of_memory(action, answer);
		if (action->fails)
			let_allocations_fail(slots[0], 0);
		return error;
	default:
		return transfer(hand, action, answer);
	}
}

static void note(int index, const char *answer)
{
	pthread_mutex_lock(&lock);
	for (int n = 0; n < KINDS_OF_ANSWERS; n++)
		if (!seen[index][n].times || !strcmp(seen[index][n].text, answer)) {
			strcpy(seen[index][n].text, answer);
			seen[index][n].times++;
			break;
		}
	pthread_mutex_unlock(&lock);
}

static void *live(void *argument)
{
	struct hand *hand = argument;
	pthread_barrier_wait(&start);
	for (int n = 0; n < hand->task->count; n++) {
		const struct action *action = &hand->task->actions[n];
		char answer[ANSWER_BYTES] = "ok";
		if (action->kind == LEFT_OUT)
			continue;
		if (TASKS > 1)      /* every round begins a little differently */
			for (volatile int idle = rand_r(&hand->chance) % 2000; idle; idle--)
				;
		int error = act(hand, action, answer);
		if (error)
			snprintf(answer, sizeof answer, "%s", strerrorname_np(error));
		note(hand->number + n, answer);
	}
	while (hand->opened_count)
		close(hand->opened[--hand->opened_count]);
	return NULL;
}

static void set_up(int device)
{
	char path[PATH_BYTES], answer[ANSWER_BYTES];
	static int told;
	for (unsigned n = 0; n < sizeof boot / sizeof *boot; n++) {
		int error = of_file(device, &boot[n], answer);
		if (error && !strcmp(boot[n].file, "disksize"))
			stop(2, "the device takes no size: %s", strerror(error));
		if (error && !told)
			fprintf(stderr, "replay: %s=%s: %s; going on without it\n", boot[n].file,
				boot[n].text, strerrorname_np(error));
	}
	told = 1;
	if (!MEMORY_PAGES)
		return;
	snprintf(path, sizeof path, "/dev/zram%d", device);
	static unsigned char header[PAGE] __attribute__((aligned(PAGE)));
	unsigned int head[3] = { 1, DISK_PAGES - 1, 0 };
	memcpy(header + 1024, head, sizeof head);
	memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
	int file = open(path, O_WRONLY | O_DIRECT | O_CLOEXEC);
	if (file < 0 || pwrite(file, header, PAGE, 0) != PAGE || close(file) ||
	    swapon(path, SWAP_FLAG_PREFER | 32767))
		stop(2, "no swapping to %s: %s", path, strerror(errno));
	memory = mmap(NULL, (size_t)MEMORY_PAGES * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(memory, (size_t)MEMORY_PAGES * PAGE, MADV_NOHUGEPAGE);
}

static void one_round(int round)
{
	static struct hand hands[TASKS];
	pthread_t threads[TASKS];
	for (int n = 0; n < SLOTS; n++)
		slots[n] = -1;
	slots[0] = make_device();
	set_up(slots[0]);
	for (int n = 0; n < BUFFERS; n++)
		memset(buffers[n], 0, PAGE);
	for (int n = 0, before = 0; n < TASKS; before += tasks[n++].count) {
		unsigned char *pages = hands[n].pages;
		if (!pages)
			pages = aligned_alloc(PAGE, 9 * PAGE);
		hands[n] = (struct hand){ .task = &tasks[n], .number = before, .pages = pages };
		hands[n].chance = round * TASKS + n + 1;
		pthread_create(&threads[n], NULL, live, &hands[n]);
	}
	for (int n = 0; n < TASKS; n++)
		pthread_join(threads[n], NULL);
	if (memory)
		munmap(memory, (size_t)MEMORY_PAGES * PAGE);
	remove_all();
}

static void work(void)
{
	pthread_barrier_init(&start, NULL, TASKS);
	for (int n = 0; n < BUFFERS; n++)
		buffers[n] = aligned_alloc(PAGE, PAGE);
	seen = calloc(ACTIONS + 1, sizeof *seen);
	if (BACKING_PAGES)
		attach_backing();
	for (int round = 0; round < rounds; round++)
		one_round(round);
	for (int n = 0, index = 0; n < TASKS; n++)
		for (int m = 0; m < tasks[n].count; m++, index++) {
			printf("%s %d | %s |", tasks[n].name, m, tasks[n].actions[m].line);
			if (!seen[index][0].times)
				printf(" left out");
			for (int k = 0; k < KINDS_OF_ANSWERS && seen[index][k].times; k++) {
				printf("%s %s", k ? ";" : "", seen[index][k].text);
				if (rounds > 1)
					printf(" x%d", seen[index][k].times);
			}
			printf(" | model %s\n", tasks[n].actions[m].model);
		}
	fflush(stdout);
	_exit(0);
}

static void end_worker(int number)
{
	(void)number;
	for (int tries = 0; shared->making && tries < TRIES; tries++)
		nap();
	if (shared->worker > 0)
		kill(shared->worker, SIGKILL);
}

int main(int count, char **words)
{
	rounds = count > 1 ? atoi(words[1]) : ROUNDS;
	if (count > 2 || rounds < 1)
		stop(2, "usage: %s [ROUNDS]; the device is made here, and cannot be named", words[0]);
	if (geteuid())
		stop(SKIPPED, "making a zram device takes root");
	if (access("/sys/class/zram-control/hot_add", F_OK))
		stop(SKIPPED, "this kernel has no zram, or its module is not loaded: try modprobe zram");
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	signal(SIGINT, end_worker);
	signal(SIGTERM, end_worker);
	if (ANY_FAILS)
		prepare_failing(0);
	fflush(NULL);
	pid_t worker = fork();      /* whatever becomes of it, its devices are taken away */
	if (!worker) {
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_DFL);
		work();
	}
	shared->worker = worker;
	int status = 0;
	while (waitpid(worker, &status, 0) < 0 && errno == EINTR)
		;
	if (failing_is_built_in)
		prepare_failing(1);
	remove_all();
	if (WIFSIGNALED(status))
		stop(128 + WTERMSIG(status), "ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}
