FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data BIND=0.0.0.0
RUN useradd --create-home --uid 10001 desk && install --directory --owner desk /data
WORKDIR /app
# With what ranks similar cases by their sense; REQUIREMENTS=base is an image smaller by some 100 MB without.
ARG REQUIREMENTS=search
COPY requirements/${REQUIREMENTS}.txt requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/${REQUIREMENTS}.txt
COPY . .
RUN python -m config.messages compile
USER desk
EXPOSE 8000
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
